/** A step of a pattern whose braces are written out. */
export type Token =
  /** One byte. The slash is one, too. */
  | { readonly kind: 'byte'; readonly byte: number }
  /** One byte out of a set, never a slash. */
  | { readonly kind: 'set'; readonly bytes: readonly number[] }
  /** One byte, not a slash. */
  | { readonly kind: 'any' }
  /** Any number of bytes, none of them a slash. */
  | { readonly kind: 'star' }
  /** `**` and the slash behind it: any number of names, each with a slash behind it. */
  | { readonly kind: 'names' }
  /** `/**` at the end: nothing, or a slash and anything. */
  | { readonly kind: 'rest' };

/** A character of a pattern with its place; `plain` is one that was written behind a backslash. */
export type Unit = {
  readonly text: string;
  /** The byte, of `\xHH`. */
  readonly byte?: number;
  readonly plain: boolean;
  readonly start: number;
  readonly end: number;
};

/** The byte of `/`. */
export const SLASH = 0x2f;
