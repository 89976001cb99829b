import { SpecError } from './error.ts';
import type { ProseLine } from './model.ts';

/** A line of code with what is indented beneath it and the prose that belongs to it. */
export interface Node {
  readonly code: string;
  readonly line: number;
  /** The column in which the code starts, counted from 1. */
  readonly column: number;
  readonly prose: ProseLine[];
  readonly children: Node[];
}

/** The longest text accepted, in UTF-16 code units. */
const MAX_LENGTH = 1 << 20;
/** The deepest nesting of a declaration: call, argument; struct, variant, case, field. */
const MAX_DEPTH = 4;

/**
 * Splits a text into a tree of lines. Two spaces nest a line in the one above; `#` starts a comment line;
 * `--` starts prose. Prose belongs to the nearest line of code above that starts further left (or on the
 * same line), so that it can be aligned freely.
 *
 * @throws {SpecError} for tabs and other control characters, odd indentation, prose without an owner.
 */
export function readLines(text: string): Node[] {
  if (text.length > MAX_LENGTH) {
    throw new SpecError(`Specification of ${text.length} characters exceeds ${MAX_LENGTH}`, {
      line: 1,
      column: 1,
    });
  }
  const roots: Node[] = [];
  const open: Node[] = [];
  let line = 0;
  for (const source of text.split('\n')) {
    line++;
    const control = source.search(/[^\x20-\x7e]/);
    if (control >= 0) {
      throw new SpecError('Only printable ASCII characters and spaces are allowed', {
        line,
        column: control + 1,
      });
    }
    const indent = source.search(/[^ ]/);
    if (indent < 0 || source[indent] === '#') continue;
    const mark = proseMark(source);
    const code = (mark < 0 ? source : source.slice(0, mark)).trim();
    let owner: Node | undefined;
    if (code === '') {
      owner = open.findLast((node) => node.column <= indent);
    } else {
      owner = addLine(roots, open, { code, line, column: indent + 1, prose: [], children: [] });
    }
    if (mark < 0) continue;
    if (owner === undefined)
      throw new SpecError('Prose describes nothing: no line above owns it', { line, column: mark + 1 });
    const rest = source.slice(mark + 2);
    const column = mark + 3 + Math.max(0, rest.search(/[^ ]/));
    owner.prose.push({ text: rest.trim(), line, column });
  }
  return roots;
}

function addLine(roots: Node[], open: Node[], node: Node): Node {
  const indent = node.column - 1;
  const depth = indent / 2;
  if (!Number.isInteger(depth) || depth > open.length || depth > MAX_DEPTH) {
    throw new SpecError(
      `Indentation of ${indent} spaces does not nest: wanted a multiple of 2, at most ${Math.min(open.length, MAX_DEPTH) * 2}`,
      node,
    );
  }
  open.length = depth;
  (open.at(-1)?.children ?? roots).push(node);
  open.push(node);
  return node;
}

/** Finds `--` at the start of the line or after a space, and before a space or the end. */
function proseMark(source: string): number {
  const found = /(?:^| )--(?: |$)/.exec(source);
  if (found === null) return -1;
  return found.index + (found[0].startsWith(' ') ? 1 : 0);
}
