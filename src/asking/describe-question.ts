import { formatAddress, formatHost } from '../network/address.ts';
import { classOf } from '../network/address-class.ts';
import { parseRule } from '../network/parse-rule.ts';
import { printable, printableJson } from '../text/printable.ts';
import type { AskedAccess } from './access.ts';
import type { Question } from './question.ts';

/** The longest name or path that is shown, in UTF-16 units; the rule that would be granted is shown as a whole. */
const LONGEST = 200;

/**
 * Describes a question for people, in two lines: the program and its wish, and the rule that would be granted. Text of the program is
 * made harmless.
 */
export function describeQuestion(question: Question): string {
  const { process, rule } = question;
  const who =
    process === undefined
      ? 'A process'
      : `${show(baseName(process.executable))} (${process.pid}, ${show(process.executable)})`;
  if (question.kind === 'access') {
    const { category, path, asked } = question;
    return `${who} asks for ${category} of ${show(path)}\n  This would be granted: ${printable(rule)} (before '${show(asked.text)}', ${show(asked.place)})`;
  }
  const { name, address, port, protocol } = question;
  const suffix = protocol === 'udp' ? '/udp' : '';
  const what = show(`${name ?? formatHost(address)}:${port}${suffix}`);
  return `${who} asks to connect to ${what}\n  This would be granted: ${show(rule)} (${hostWords(rule)})`;
}

/** The same as one line of JSON. Names are stable; null stands for unknown values. */
export function questionToJson(question: Question): string {
  return printableJson(JSON.stringify(questionValue(question)));
}

/** The same as a value. */
export function questionValue(question: Question): object {
  if (question.kind === 'access') return accessValue(question);
  const { kind, rule, name, address, port, protocol, process } = question;
  return {
    kind,
    rule,
    name: name ?? null,
    // A name has an address that only stands for it.
    address: name === undefined ? formatAddress(address) : null,
    port,
    protocol,
    process: process ?? null,
  };
}

function accessValue({ rule, category, path, asked, process }: AskedAccess): object {
  return {
    kind: 'access',
    rule,
    category,
    path,
    asked: asked.text,
    place: asked.place,
    process: process ?? null,
  };
}

/** Says which hosts a rule grants. */
function hostWords(text: string): string {
  const { value } = parseRule(text);
  switch (value?.host.kind) {
    case undefined:
      return 'a rule';
    case 'localhost':
      return 'this host';
    case 'prefix':
      return `an address that is ${classOf(value.host.prefix.address)}`;
    case 'class':
      return `all addresses that are ${value.host.name}`;
    case 'name':
    case 'one-label':
    case 'labels':
      return 'its public addresses';
  }
}

function show(text: string): string {
  return printable(text, LONGEST);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
