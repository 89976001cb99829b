import { domainToASCII, domainToUnicode } from 'node:url';
import { printable } from '../text/printable.ts';

/** A name in its normal form, or the reason why a text is none. */
export type ParsedName = { readonly name: string } | { readonly problem: string };

/** The longest name in presentation form, without its last dot (RFC 1035, section 2.3.4). */
export const MAX_NAME = 253;

/** The longest label (RFC 1035, section 2.3.4). */
export const MAX_LABEL = 63;

/** Texts longer than this are not looked at: no name of them is short enough. */
const MAX_TEXT = 4 * MAX_NAME;

/** A label in normal form: letters, digits, hyphens and underscores. getaddrinfo(3) refuses a hyphen at its begin. */
const LABEL = /^[a-z0-9_][a-z0-9_-]*$/;

/** Characters of ASCII that names have; others beyond ASCII may stand for letters. */
const POSSIBLE = /^(?:[a-zA-Z0-9_.-]|[^\0-\x7f])*$/;

/** A last label which makes inet_aton(3) and browsers read a name as an address: `1`, `0x7f` (URL Standard, 3.5). */
const NUMBER = /^(?:\d+|0x[\da-f]*)$/;

/**
 * Brings a name into its normal form: ASCII as UTS 46 and IDNA have it, in lower case, without a dot at its end. Texts
 * that some readers take for an address, such as `127.1`, `0x7f.1` and `2130706433`, are no names.
 */
export function parseName(text: string): ParsedName {
  const shown = `'${printable(text, 80)}'`;
  if (text === '') return { problem: 'a name cannot be empty' };
  if (text.length > MAX_TEXT)
    return { problem: `a name has at most ${MAX_NAME} characters, not ${text.length}` };
  if (!POSSIBLE.test(text)) return { problem: `${shown} is no name: it has ${strange(text)} in it` };
  const plain = isPlain(text);
  const ascii = plain ? text.toLowerCase() : domainToASCII(text);
  if (ascii === '' || (!plain && !ascii.split('.').every(isEncoded)))
    return { problem: `${shown} is no name: IDNA (UTS 46) refuses it` };
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  const problem = problemOf(name);
  return problem === undefined ? { name } : { problem: `${shown} is no name: ${problem}` };
}

/** Tells whether nothing of a text is for IDNA to decide. */
function isPlain(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text) && !/(?:^|\.)xn--/i.test(text);
}

/** Tells whether a label with the prefix `xn--` stands for letters. Versions of Node differ in the others that they take. */
function isEncoded(label: string): boolean {
  if (!label.startsWith('xn--')) return true;
  const letters = domainToUnicode(label);
  return /[^\0-\x7f]/.test(letters) && domainToASCII(letters) === label;
}

/** Names the first character that no name has. */
function strange(text: string): string {
  const character = [...text].find((one) => !POSSIBLE.test(one)) ?? '';
  if (character === '\0') return 'a NUL character';
  if (/\s/.test(character)) return 'white space';
  const shown = printable(character);
  return shown === character ? `'${shown}'` : 'a control character';
}

/** Finds the fault of a name of ASCII in lower case without a dot at its end. */
function problemOf(name: string): string | undefined {
  if (name.length > MAX_NAME) return `it has ${name.length} characters, more than the ${MAX_NAME} allowed`;
  const labels = name.split('.');
  for (const label of labels) {
    if (label === '') return 'one of its labels is empty';
    if (label.length > MAX_LABEL)
      return `a label has ${label.length} characters, more than the ${MAX_LABEL} allowed`;
    if (!LABEL.test(label)) return `the label '${label}' is not made of letters, digits, '-' and '_'`;
  }
  if (NUMBER.test(labels.at(-1) ?? '')) return 'some programs read it as an address; write all four numbers';
  return undefined;
}

/** Tells whether a text is a name in its normal form. */
export function isName(text: string): boolean {
  return problemOf(text) === undefined;
}

/** Tells whether a name in its normal form always means the machine itself (RFC 6761, section 6.3). */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
