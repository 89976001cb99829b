/** Ranges of characters that a terminal takes for more than text, but for tabs and line ends. */
const ranges: readonly (readonly [first: number, last: number])[] = [
  [0, 8],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  // Marks of text direction, line separators, and what is not seen.
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
  [0xfeff, 0xfeff],
];

/** The first character of a text that could do harm in a terminal, in hexadecimal; `undefined` when there is none. */
export function harmfulIn(text: string): string | undefined {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (ranges.some(([first, last]) => first <= code && code <= last)) return code.toString(16);
  }
  return undefined;
}
