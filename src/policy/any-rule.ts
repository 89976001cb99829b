import { isCallRule, parseCallRule, printCallRule, type WrittenCallRule } from './call-rule.ts';
import { parseFileRule, type WrittenRule } from './parse-rule.ts';
import type { ParsedText } from './parsed.ts';
import { printFileRule } from './print-rule.ts';

/** A rule of either kind, as a line of a policy has it: about paths, or about calls that name none. */
export type AnyRule =
  | { readonly kind: 'paths'; readonly rule: WrittenRule }
  | { readonly kind: 'calls'; readonly rule: WrittenCallRule };

/** Reads a rule of either kind. */
export function parseAnyRule(text: string): ParsedText<AnyRule> {
  if (isCallRule(text)) {
    const { value, problem } = parseCallRule(text);
    return problem ? { problem } : { value: { kind: 'calls', rule: value } };
  }
  const { value, problem } = parseFileRule(text);
  return problem ? { problem } : { value: { kind: 'paths', rule: value } };
}

/** Writes a rule in the form in which `parseAnyRule` reads it. */
export function printAnyRule(one: AnyRule): string {
  return one.kind === 'calls' ? printCallRule(one.rule) : printFileRule(one.rule);
}
