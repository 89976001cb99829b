import { parseException, parseRule } from '../network/parse-rule.ts';
import type { Parsed } from '../network/parsed.ts';
import { printException, printRule } from '../network/print-rule.ts';
import { parseFileRule } from '../policy/parse-rule.ts';
import { printFileRule } from '../policy/print-rule.ts';
import type { HostsGrant } from '../resources/hosts.ts';
import type { PlannedRule } from './linux/planned.ts';
import type { Plan } from './plan-types.ts';

/** The rules of a network as a running program has them now, as texts. */
export type CurrentRules = { readonly hosts: readonly string[]; readonly except: readonly string[] };

/**
 * Puts the rules that a running program has now in the place of those that it started with. Rules that stayed keep
 * their places in the document.
 *
 * @throws Error for a text that is no rule.
 */
export function withCurrentRules(plan: Plan, { hosts, except }: CurrentRules): Plan {
  const current = (grant: HostsGrant): HostsGrant => ({
    ...grant,
    hosts: hosts.map(
      (text) =>
        grant.hosts.find(({ rule }) => printRule(rule) === text) ?? {
          rule: wellFormed(parseRule(text)),
          requests: undefined,
          socket: undefined,
          position: undefined,
        },
    ),
    except: except.map(
      (text) =>
        grant.except.find(({ rule }) => printException(rule) === text) ?? {
          rule: wellFormed(parseException(text)),
          position: undefined,
        },
    ),
  });
  if (plan.kind === 'linux') {
    const { network } = plan.linux;
    return network.mode === 'hosts' ? { ...plan, linux: { ...plan.linux, network: current(network) } } : plan;
  }
  return plan.network === undefined ? plan : { ...plan, network: current(plan.network) };
}

function wellFormed<Value>(parsed: Parsed<Value>): Value {
  if (parsed.problem) throw new Error(parsed.problem.message);
  return parsed.value;
}

/**
 * Gives a plan the rules about files as they are now, from the top.
 *
 * @throws RangeError for a text that is no rule.
 */
export function withCurrentPolicy(plan: Plan, texts: readonly string[]): Plan {
  if (plan.kind !== 'linux') return plan;
  const rules = texts.map((text): PlannedRule => {
    const { value, problem } = parseFileRule(text);
    if (problem) throw new RangeError(problem.message);
    const known = plan.linux.rules.find((rule) => printFileRule(rule) === text);
    return known ?? { ...value, source: { text, place: 'added while it runs' }, position: undefined };
  });
  return { ...plan, linux: { ...plan.linux, rules } };
}
