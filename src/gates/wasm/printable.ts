/** No text out of a module is shown longer than this. */
const LONGEST = 400;

/**
 * Text that comes from a module, fit for one line of a terminal: control characters, which could move the cursor or
 * forge output, become `?`, line ends and blanks one blank, and what is too long is cut.
 */
export function printable(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}
