import { type CallAction, printCallRule } from '../../policy/call-rule.ts';
import type { RulesState } from '../../policy/live.ts';
import { printCategories, printFileRule } from '../../policy/print-rule.ts';
import type { Rule } from '../../policy/rule.ts';
import type { CrashGuard } from '../../resources/crash-guard.ts';
import { printable } from '../../text/printable.ts';
import { formatDuration } from '../../text/units.ts';
import { Wall } from '../wall-names.ts';
import type { PlannedLinux, PlannedRule } from './planned.ts';

/** A rule as JSON. */
export type RuleJson = {
  /** The rule with absolute patterns. */
  readonly rule: string;
  readonly action: Rule['action']['kind'];
  readonly categories: readonly string[];
  readonly patterns: readonly string[];
  /** As it was written. */
  readonly written: string;
  readonly place: string;
  readonly position: { readonly file: string; readonly line: number; readonly column: number } | null;
  /** The mechanism that holds it. */
  readonly by: string;
};

/** The changes that rules take in a state, for people. */
const changes: Readonly<Record<Exclude<RulesState, 'sealed'>, string>> = {
  open: 'the launcher and every process of the program may change them while it runs',
  exec: 'the launcher and the first process of the program may change them while it runs',
  drop: 'the launcher and every process of the program may make them narrower while it runs',
};

/** The rules of a program as lines for people. */
export function describeRules({
  rules,
  callRules,
  rulesState,
  crashGuard,
}: Pick<PlannedLinux, 'rules' | 'callRules' | 'rulesState' | 'crashGuard'>): readonly string[] {
  const state = [
    ...(rulesState === 'sealed' ? [] : [`Rules are in state '${rulesState}': ${changes[rulesState]}.`]),
    ...(crashGuard === undefined ? [] : [describeCrashGuard(crashGuard)]),
  ];
  if (rules.length === 0) return [...state, ...describeCallRules(callRules)];
  return [
    ...state,
    ...describeCallRules(callRules),
    'Rules are read from top to bottom; the first one that matches decides. Grants hold for all that they allow:',
    ...rules.flatMap((rule) => {
      const { position, source } = rule;
      const where =
        position === undefined ? source.place : `${position.file}:${position.line}:${position.column}`;
      return [
        printable(`  ${printFileRule(rule)}  ${where}`),
        printable(`     ${describeAction(rule)}: ${holderOf(rule)}`),
      ];
    }),
  ];
}

function describeCrashGuard({ crashes, within, pause }: CrashGuard): string {
  const times = crashes === 1 ? 'once' : `${crashes} times`;
  return `An executable that crashed ${times} in ${formatDuration(within)} does not start for ${formatDuration(pause)} (${Wall.supervisor})`;
}

function describeCallRules(rules: PlannedLinux['callRules']): readonly string[] {
  if (rules.length === 0) return [];
  return [
    'Rules about calls; of those about one kind of access, the first one that matches decides:',
    ...rules.flatMap((rule) => [
      printable(`  ${printCallRule(rule)}  ${rule.source.place}`),
      printable(`     ${callActions[rule.action.kind]} (${rule.categories.join(', ')}): ${Wall.seccomp}`),
    ]),
  ];
}

const callActions: Readonly<Record<CallAction['kind'], string>> = {
  allow: 'Left to the grants',
  deny: 'Refused',
  kill: 'Kills the process',
};

/** A rule about calls as JSON. */
export type CallRuleJson = {
  readonly rule: string;
  readonly action: CallAction['kind'];
  readonly categories: readonly string[];
  /** The names of requests of ioctl(2), or `*`. */
  readonly names: readonly string[];
  readonly place: string;
  /** The mechanism that holds it. */
  readonly by: string;
};

/** The plain data of rules about calls. */
export function callRulesToJson(rules: PlannedLinux['callRules']): readonly CallRuleJson[] {
  return rules.map((rule) => {
    const { action, categories, names, source } = rule;
    const by = Wall.seccomp;
    return { rule: printCallRule(rule), action: action.kind, categories, names, place: source.place, by };
  });
}

function holderOf({ by }: Rule): string {
  return by === 'mounts' ? Wall.covers : Wall.supervisor;
}

function describeAction({ action, categories }: Rule): string {
  const accesses = printCategories(categories);
  switch (action.kind) {
    case 'allow':
      return `Left to the grants (${accesses})`;
    case 'deny':
      return `Refused (${accesses})`;
    case 'hide':
      return 'Does not exist, nor does anything beneath it';
    case 'mask':
      return action.with.kind === 'empty' ? 'Is an empty file' : `Has the contents of ${action.with.path}`;
    case 'append':
      return 'Grows at its end only';
    case 'ask':
      return `A person is asked (${accesses})`;
    case 'log':
      return `Recorded (${accesses})`;
    case 'stop':
      return `Stops the process (${accesses})`;
    case 'kill':
      return `Kills the process (${accesses})`;
  }
}

/** The plain data of rules. */
export function rulesToJson(rules: readonly PlannedRule[]): readonly RuleJson[] {
  return rules.map((rule) => {
    const { position, source, action, categories, patterns } = rule;
    return {
      rule: printFileRule(rule),
      action: action.kind,
      categories,
      patterns,
      written: source.text,
      place: source.place,
      position:
        position === undefined ? null : { file: position.file, line: position.line, column: position.column },
      by: holderOf(rule),
    };
  });
}
