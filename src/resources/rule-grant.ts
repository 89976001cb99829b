import { resolve } from 'node:path';
import type { AnyRule } from '../policy/any-rule.ts';
import type { Position } from './position.ts';

/** A rule of a command as it was written. Its patterns may be relative; the file of a mask is absolute. */
export type RuleGrant = AnyRule & {
  readonly text: string;
  /** The place where no document has one: an option, or `rules[2]`. */
  readonly place: string;
  readonly position: Position | undefined;
};

/** Makes the path of the file of a mask absolute. */
export function withAbsoluteFile(one: AnyRule, directory: string): AnyRule {
  if (one.kind !== 'paths') return one;
  const { action } = one.rule;
  if (action.kind !== 'mask' || action.with.kind !== 'file') return one;
  const path = resolve(directory, action.with.path);
  return { kind: 'paths', rule: { ...one.rule, action: { kind: 'mask', with: { kind: 'file', path } } } };
}
