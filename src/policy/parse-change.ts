import { printable } from '../text/printable.ts';
import { didYouMean } from '../text/suggest.ts';
import { type RulesChange, rulesStates } from './live.ts';
import { parseFileRule, type WrittenRule } from './parse-rule.ts';
import type { ParsedText } from './parsed.ts';
import { beneath } from './pattern.ts';
import { printFileRule } from './print-rule.ts';
import type { Rule } from './rule.ts';

/** The facts with which the text of a change is read. */
export type ChangeContext = {
  /** The rules that count now. */
  readonly rules: readonly Rule[];
  /** Relative patterns begin here. */
  readonly workingDirectory: string;
  /** The source of the change, as the place of its rules. */
  readonly place: string;
};

/** Reads a change: `RULE`, `remove RULE` or `state STATE`. */
export function parseChange(text: string, context: ChangeContext): ParsedText<RulesChange> {
  const [, word, rest = ''] = /^\s*(state|remove)(?:\s+(.*))?$/s.exec(text) ?? [];
  if (word === 'state') return parseState(rest.trim(), text);
  const read = parseFileRule(word === undefined ? text : rest);
  if (read.problem) return read;
  const rule = placedRule(read.value, context.workingDirectory);
  if (rule.by === 'mounts')
    return wrong(text, "Mounts hold what they hide from the start to the end; leave 'by mounts' out");
  if (word === undefined) {
    if (rule.action.kind === 'mask' && rule.action.with.kind === 'file')
      return wrong(
        text,
        "A file for 'mask' is named before the start; while a program runs, 'mask' shows an empty one",
      );
    const source = { text: printFileRule(rule), place: context.place };
    return { value: { kind: 'add', rules: [{ ...rule, source }] } };
  }
  const printed = printFileRule(rule);
  const numbers = context.rules.flatMap((one, number) => (printFileRule(one) === printed ? [number] : []));
  if (numbers.length === 0) return wrong(text, `There is no rule '${printable(printed, 200)}'`);
  return { value: { kind: 'remove', numbers } };
}

function parseState(name: string, text: string): ParsedText<RulesChange> {
  const state = rulesStates.find((one) => one === name);
  if (state !== undefined) return { value: { kind: 'to', state } };
  return wrong(
    text,
    `There is no state '${printable(name, 40)}', expected one of ${rulesStates.join(', ')}${didYouMean(name, rulesStates)}`,
  );
}

function placedRule(rule: WrittenRule, directory: string): WrittenRule {
  const executables = rule.executables?.map((one) => beneath(directory, one));
  return {
    ...rule,
    patterns: rule.patterns.map((one) => beneath(directory, one)),
    ...(executables !== undefined && { executables }),
  };
}

function wrong(text: string, message: string): ParsedText<never> {
  return { problem: { message, start: 0, end: text.length } };
}
