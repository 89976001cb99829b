import { parseAnyRule } from '../policy/any-rule.ts';
import type { Problem } from '../policy/parsed.ts';
import { printable } from '../text/printable.ts';
import type { Fields, ReadContext } from './fields.ts';
import { readPolicyFiles } from './policy-file.ts';
import { placeWithin } from './position.ts';
import { type RuleGrant, withAbsoluteFile } from './rule-grant.ts';
import { nameWritten, textIn, type Written } from './written.ts';

/** Reads `rules`, a list of texts, and behind them the files of `policy`. */
export function readFileRules(fields: Fields, context: ReadContext): readonly RuleGrant[] {
  return [...readList(fields, context), ...readPolicyFiles(fields, context)];
}

function readList(fields: Fields, context: ReadContext): readonly RuleGrant[] {
  const written = fields.get('rules');
  if (written === undefined) return [];
  if (written.kind !== 'seq') {
    fields.expected('rules', "a list of rules such as 'hide **/.env'", written);
    return [];
  }
  return written.items.flatMap((item, index) => readOne(item, index, fields, context) ?? []);
}

function readOne(
  written: Written,
  index: number,
  fields: Fields,
  { mistakes, spelling, directory }: ReadContext,
): RuleGrant | undefined {
  const text = textIn(written);
  if (text === undefined) {
    if (written.kind !== 'broken')
      mistakes.add(
        `A rule is a string such as 'hide **/.env', not ${nameWritten(written)}`,
        written.position ?? fields.at('rules'),
      );
    return undefined;
  }
  const place = spelling === 'options' ? fields.spell('rules') : `rules[${index}]`;
  const { value, problem } = parseAnyRule(text);
  if (!problem) return { ...withAbsoluteFile(value, directory), text, place, position: written.position };
  const { position } = written;
  if (position !== undefined) mistakes.add(problem.message, placeWithin(position, text, problem));
  else mistakes.add(`${problem.message}\n${excerptOf(text, problem)}`, undefined, place);
  return undefined;
}

/** The text of a rule with carets below a mistake. */
function excerptOf(text: string, { start, end }: Problem): string {
  const shown = printable(text, 100);
  const from = Math.min(start, shown.length);
  return `  ${shown}\n  ${' '.repeat(from)}${'^'.repeat(Math.max(Math.min(end, shown.length) - from, 1))}`;
}
