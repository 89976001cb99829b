// Runs Linux programs under rules that are decided while they run.
import { text } from 'node:stream/consumers';
import type { Category } from '../../../../src/policy/category.ts';
import { ruledCategories } from '../../../../src/policy/category-table.ts';
import { glob, type Pattern } from '../../../../src/policy/pattern.ts';
import type { Action, Rule } from '../../../../src/policy/rule.ts';
import type { AccessRefusal } from '../../../../src/process/access-refusal.ts';
import type { LaunchOptions } from '../../../../src/process/options.ts';
import { type CommandOptions, command, pipe } from '../../../../src/resources/constructors.ts';
import { launchPlan } from '../../../../src/run/launch.ts';
import { planLinux } from '../../plan/plans.ts';
import type { Outcome } from './launching.ts';

/** Makes a rule; it is about all categories of paths unless some are named. */
export function rule(action: Action, pattern: Pattern, only: readonly Category[] = ruledCategories): Rule {
  return {
    action,
    categories: only,
    patterns: [pattern],
    source: { text: `${action.kind} ${pattern}`, place: 'test' },
  };
}

/** A rule that hides. */
export const hide = (pattern: Pattern): Rule => rule({ kind: 'hide' }, pattern);

export { glob };

/** The end of a program under rules, its output, and the accesses that were refused. */
export type RuledOutcome = Outcome & { readonly refused: readonly AccessRefusal[] };

/** Runs a program to its end. */
export async function runRuled(
  program: string,
  rules: readonly Rule[],
  options: CommandOptions,
  onAccess?: LaunchOptions['onAccess'],
): Promise<RuledOutcome> {
  const stdout = pipe('write');
  const stderr = pipe('write');
  const made = planLinux(program, command({ ...options, stdout, stderr }));
  const refused: AccessRefusal[] = [];
  const planned = {
    ...made,
    linux: { ...made.linux, rules: rules.map((one) => ({ ...one, position: undefined })) },
  };
  const started = launchPlan(planned, {
    onRefusedAccess: (one) => refused.push(one),
    ...(onAccess && { onAccess }),
  });
  const [reason, out, errors] = await Promise.all([started.exited, text(stdout.stream), text(stderr.stream)]);
  return { reason, out, errors, refused };
}

/** Runs a shell command with the programs of this host, under rules. */
export function ruledShell(
  script: string,
  rules: readonly Rule[],
  options: CommandOptions = {},
  onAccess?: LaunchOptions['onAccess'],
): Promise<RuledOutcome> {
  return runRuled('/bin/sh', rules, { base: 'system', ...options, arguments: ['-c', script] }, onAccess);
}
