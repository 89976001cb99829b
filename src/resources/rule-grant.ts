import { resolve } from 'node:path';
import type { WrittenRule } from '../policy/parse-rule.ts';
import type { Position } from './position.ts';

/** A rule of a command as it was written. Its patterns may be relative; the file of a mask is absolute. */
export type RuleGrant = {
  readonly rule: WrittenRule;
  readonly text: string;
  /** The place where no document has one: an option, or `rules[2]`. */
  readonly place: string;
  readonly position: Position | undefined;
};

/** Makes the path of the file of a mask absolute. */
export function withAbsoluteFile(rule: WrittenRule, directory: string): WrittenRule {
  const { action } = rule;
  if (action.kind !== 'mask' || action.with.kind !== 'file') return rule;
  const path = resolve(directory, action.with.path);
  return { ...rule, action: { kind: 'mask', with: { kind: 'file', path } } };
}
