/** The place of something that is written in a document. Line and column count from 1. */
export type Position = {
  /** How messages call the document: a path or `<stdin>`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line itself and a caret below the place, as two lines of text. */
  readonly excerpt?: string;
};
