import type { Message } from 'esbuild';

/** The words of esbuild for a file that it has not found. */
export const NOT_FOUND: RegExp = /^Could not resolve "(.*)"$/s;

/** Tells whether an error of esbuild's is about `require()` of a file that is not there, which may never be called. */
export function isLeftOut(error: Message): boolean {
  const { location, text } = error;
  if (location === null || !NOT_FOUND.test(text) || specifierOf(error).includes('*')) return false;
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString();
  return /\brequire(?:\.resolve)?\(\s*$/.test(before);
}

/** Gives the name in an import that was not found. */
export function specifierOf({ text }: Message): string {
  return NOT_FOUND.exec(text)?.[1] ?? '';
}

/** Tells whether an error of esbuild's is about something that only the sloppy mode of JavaScript has, such as `with`. */
export function needsSloppyMode({ text }: Message): boolean {
  return / cannot be used with the "esm" output format due to strict mode$/.test(text);
}
