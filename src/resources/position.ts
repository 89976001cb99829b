/** The place of something that is written in a document. Line and column count from 1. */
export type Position = {
  /** The name of the document in messages: a path or `<stdin>`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line itself and a caret below the place, as two lines of text. */
  readonly excerpt?: string;
};
