import { LinuxErrno } from '../linux/errno.ts';
import type { Category } from './category.ts';
import { categorySets } from './category-sets.ts';
import type { LiveRules } from './live.ts';
import type { WrittenRule } from './parse-rule.ts';
import { escapePath } from './pattern.ts';
import type { Action } from './rule.ts';

/** Words of a rule behind its patterns. */
const keywords: readonly string[] = ['with', 'by', 'for'];

/** Writes a rule in the form in which `parseFileRule` reads it. */
export function printFileRule({
  action,
  categories,
  patterns,
  sockets,
  by,
  executables,
}: WrittenRule): string {
  const words = [printAction(action)];
  if (action.kind !== 'hide' && action.kind !== 'mask' && action.kind !== 'append')
    words.push(printCategories(categories));
  // A pattern that is a keyword, or that has a mark of a comment in front, gets a backslash.
  words.push(...(sockets ?? patterns.map((one) => (keywords.includes(one) ? `\\${one}` : one))));
  if (action.kind === 'mask' && action.with.kind === 'file') words.push('with', escapePath(action.with.path));
  if (by !== undefined) words.push('by', by);
  if (executables !== undefined) words.push('for', ...executables);
  return words.join(' ');
}

/** Writes rules as a policy file, with their state in front. */
export function printLiveRules({ state, rules }: LiveRules): Uint8Array {
  return Buffer.from([`# ${state}`, ...rules.map(printFileRule)].map((line) => `${line}\n`).join(''));
}

/** Writes categories, with the names of sets where all of their members are there. */
export function printCategories(categories: readonly Category[]): string {
  let left = categories;
  const names: string[] = [];
  for (const [name, set] of categorySets) {
    if (!set.every((one) => left.includes(one))) continue;
    left = left.filter((one) => !set.includes(one));
    names.push(name);
  }
  return [...left, ...names].join();
}

function printAction(action: Action): string {
  if (action.kind !== 'deny' || action.errno === LinuxErrno.EACCES) return action.kind;
  const name = Object.entries(LinuxErrno).find(([, errno]) => errno === action.errno)?.[0];
  return name === undefined ? action.kind : `deny(${name})`;
}
