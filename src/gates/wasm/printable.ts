/** By default, no text out of a module is shown longer than this. */
const LONGEST = 400;

/**
 * Text that comes from a module, fit for one line of a terminal: control characters, which could move the cursor or
 * forge output, are replaced, and what is longer than `longest` characters is cut.
 */
export function printable(text: string, longest: number = LONGEST): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
