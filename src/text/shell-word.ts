/** Characters that a shell takes as they are. */
const PLAIN = /^[A-Za-z0-9_/.@%+,=:-]+$/;

/** Quotes a text as one word of a POSIX shell, where it needs that. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
