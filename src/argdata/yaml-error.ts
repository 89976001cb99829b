import { printable, printableLines } from '../text/printable.ts';

/** Reasons for refusing a YAML document. Stable: programs may compare these. */
export type YamlErrorCode =
  | 'syntax'
  | 'duplicate-key'
  | 'merge-key'
  | 'more-than-one-document'
  | 'unknown-anchor'
  | 'recursive-alias'
  | 'too-deep'
  | 'too-large'
  | 'too-much-expansion'
  | 'bad-scalar'
  | 'bad-tag';

/** A text and its name, to find lines in when something is wrong with it. */
export interface YamlSource {
  /** The name of the document in messages: a path, or `<stdin>`. */
  readonly file: string;
  readonly text: string;
}

/** A place in a document. Offsets and columns count UTF-16 units, as JavaScript's strings do. */
export interface YamlSpan {
  readonly source: YamlSource;
  /** From 0. */
  readonly offset: number;
  /** The offset after the last character. */
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/**
 * A mistake in a document, with its place. Later stages that find something wrong with a node throw it
 * too, with a code of their own and the node's span.
 */
export class YamlError<Code extends string = YamlErrorCode> extends Error {
  override readonly name = 'YamlError';
  readonly code: Code;
  readonly span: YamlSpan;

  constructor(code: Code, message: string, span: YamlSpan) {
    super(message);
    this.code = code;
    this.span = span;
  }

  get file(): string {
    return this.span.source.file;
  }

  get line(): number {
    return this.span.line;
  }

  get column(): number {
    return this.span.column;
  }

  /** Three lines: `file:line:column: message`, the line of the document, and a caret below the place. */
  format(): string {
    const { source, offset, column } = this.span;
    const start = offset - column + 1;
    const lineEnd = source.text.slice(start).search(/[\r\n]/);
    const line = lineEnd < 0 ? source.text.slice(start) : source.text.slice(start, start + lineEnd);
    // In a very long line, only the part around the caret is of use.
    const from = column > MAX_SHOWN ? column - MAX_SHOWN / 2 : 0;
    const shown = printableLines(line.slice(from, from + MAX_SHOWN));
    const caret = `${printableLines(line.slice(from, column - 1)).replace(/[^\t]/g, ' ')}^`;
    return `${printable(this.file)}:${this.line}:${this.column}: ${printable(this.message)}\n${shown}\n${caret}`;
  }
}

const MAX_SHOWN = 120;
