/** A fault of a text: the UTF-16 units from `start` to `end`, and the mistake in them, as a sentence. */
export type Problem = { readonly message: string; readonly start: number; readonly end: number };

/** A value that was read from a text, or the fault of the text. */
export type ParsedText<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly problem: Problem; readonly value?: undefined };
