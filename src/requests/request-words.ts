const METHOD = /^[A-Z][A-Z-]{0,31}$/;
/** A token (RFC 9110, section 5.6.2), in lower case. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,256}$/;
/** Visible characters, with spaces and tabs between them. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
/** Headers that carry the connection or say where a request goes: the relay alone writes them. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
]);

/** Reads a method in capitals; `undefined` for another text. */
export function methodOf(text: string): string | undefined {
  return METHOD.test(text) ? text : undefined;
}

/** Gives the lower-case name of a header that can be set or left out; `undefined` for another text. */
export function settableHeader(text: string): string | undefined {
  const name = text.toLowerCase();
  return HEADER_NAME.test(name) && !RESERVED_HEADERS.has(name) ? name : undefined;
}

/** Tells whether a text can be the value of a header that is set. */
export function isHeaderValue(text: string): boolean {
  return HEADER_VALUE.test(text);
}
