import { isCallRule, parseCallRule, printCallRule, type WrittenCallRule } from './call-rule.ts';
import { parseFileRule, type WrittenRule } from './parse-rule.ts';
import type { ParsedText } from './parsed.ts';
import { printFileRule } from './print-rule.ts';
import { isSocketRule, parseSocketRule, printSocketRule, type WrittenSocketRule } from './socket-rule.ts';

/** A rule of any kind, as a line of a policy has it: about paths, about sockets, or about calls that name neither. */
export type AnyRule =
  | { readonly kind: 'paths'; readonly rule: WrittenRule }
  | { readonly kind: 'sockets'; readonly rule: WrittenSocketRule }
  | { readonly kind: 'calls'; readonly rule: WrittenCallRule };

/** Reads a rule of any kind. */
export function parseAnyRule(text: string): ParsedText<AnyRule> {
  if (isSocketRule(text)) {
    const { value, problem } = parseSocketRule(text);
    return problem ? { problem } : { value: { kind: 'sockets', rule: value } };
  }
  if (isCallRule(text)) {
    const { value, problem } = parseCallRule(text);
    return problem ? { problem } : { value: { kind: 'calls', rule: value } };
  }
  const { value, problem } = parseFileRule(text);
  return problem ? { problem } : { value: { kind: 'paths', rule: value } };
}

/** Writes a rule in the form in which `parseAnyRule` reads it. */
export function printAnyRule(one: AnyRule): string {
  switch (one.kind) {
    case 'calls':
      return printCallRule(one.rule);
    case 'sockets':
      return printSocketRule(one.rule);
    case 'paths':
      return printFileRule(one.rule);
  }
}
