import { parseException, parseRule } from '../network/parse-rule.ts';
import type { Parsed } from '../network/parsed.ts';
import { type NetworkException, type NetworkRule, protocols } from '../network/rule.ts';
import { printable } from '../text/printable.ts';
import { Fields, type ReadContext } from './fields.ts';
import { placeWithin } from './position.ts';
import { nameWritten, type Written } from './written.ts';

/** The keys of a rule that is written as a map. */
const keys = ['host', 'ports', 'protocol'];

/** Reads a rule: a text, or a map with its parts. */
export function readRule(written: Written, list: Fields, context: ReadContext): NetworkRule | undefined {
  return read('hosts', written, list, context, parseRule);
}

/** Reads an exception: a text, or a map, of which `ports` may be left out. */
export function readException(
  written: Written,
  list: Fields,
  context: ReadContext,
): NetworkException | undefined {
  return read('except', written, list, context, parseException);
}

function read<Rule>(
  key: 'hosts' | 'except',
  written: Written,
  list: Fields,
  context: ReadContext,
  parse: (text: string) => Parsed<Rule>,
): Rule | undefined {
  if (written.kind === 'broken') return undefined;
  const text = textOf(key, written, list, context);
  if (text === undefined) return undefined;
  const parsed = parse(text);
  if (!parsed.problem) return parsed.value;
  const { message } = parsed.problem;
  const { mistakes, spelling } = context;
  const { position } = written;
  if (spelling === 'options')
    mistakes.add(`${message}\n${excerptOf(`${list.spell(key)} `, text, parsed.problem)}`, undefined);
  else if (position === undefined)
    mistakes.add(`Rule '${printable(text, 80)}' of '${list.spell(key)}': ${message}`, undefined);
  else
    mistakes.add(message, written.kind === 'scalar' ? placeWithin(position, text, parsed.problem) : position);
  return undefined;
}

/** The words of the command line with carets below what is wrong. */
function excerptOf(
  before: string,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const shown = printable(text, 80);
  const from = Math.min(start, shown.length);
  const carets = '^'.repeat(Math.max(Math.min(end, shown.length) - from, 1));
  return `  ${before}${shown}\n  ${' '.repeat(before.length + from)}${carets}`;
}

/** The text of a rule; that of a map is put together, so that both are read in one way. */
function textOf(
  key: 'hosts' | 'except',
  written: Written,
  list: Fields,
  context: ReadContext,
): string | undefined {
  if (written.kind === 'scalar' && typeof written.value === 'string') return written.value;
  const subject = `'${list.spell(key)}'`;
  if (written.kind !== 'map') {
    const example = "'registry.example.org:443'";
    context.mistakes.add(
      `A rule is a string such as ${example}, or a map with '${keys.join("', '")}', not ${nameWritten(written)}`,
      written.position ?? list.at(key),
    );
    return undefined;
  }
  const fields = Fields.read(written, keys, {
    ...context,
    subject,
    position: written.position ?? list.at(key),
  });
  if (fields === undefined) return undefined;
  const host = fields.has('host')
    ? fields.text('host')
    : fields.missing('host', "such as 'registry.example.org'");
  const protocol = fields.choice('protocol', protocols);
  const ports = portsOf(fields);
  if (key === 'hosts' && !fields.has('ports')) fields.missing('ports', 'such as 443');
  if (host === undefined || (key === 'hosts' && ports === undefined)) return undefined;
  return `${host}${ports === undefined ? '' : `:${ports}`}${protocol === undefined ? '' : `/${protocol}`}`;
}

/** The ports of a map: a number, a text as in a rule, or a list of these. */
function portsOf(fields: Fields): string | undefined {
  const written = fields.get('ports');
  if (written === undefined) return undefined;
  const items = written.kind === 'seq' ? written.items : [written];
  const texts = items.map((item) => (item.kind === 'scalar' ? item.value : undefined));
  if (
    texts.length > 0 &&
    texts.every((text) => typeof text === 'number' || (typeof text === 'string' && text !== ''))
  )
    return texts.join(',');
  return fields.expected('ports', 'a port, a range such as 8000-8010, or a list of these', written);
}
