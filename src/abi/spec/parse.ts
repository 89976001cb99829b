import { readCall, readEntry, rejectChildren } from './call.ts';
import { checkSpec } from './check.ts';
import { Cursor } from './cursor.ts';
import { readInteger, readStruct } from './declaration.ts';
import { SpecError } from './error.ts';
import { type Node, readLines } from './lines.ts';
import type { CallItem, Chapter, Spec, TypeItem } from './model.ts';

/**
 * Reads a specification text and checks it: every name means something, no value is taken twice,
 * everything is described. `docs/abi.md` describes the format.
 *
 * @throws {SpecError} at the first mistake, with its line and column.
 */
export function parseSpec(text: string): Spec {
  const chapters: Chapter[] = [];
  const types = new Map<string, TypeItem>();
  const calls = new Map<string, CallItem>();
  let items: (TypeItem | CallItem)[] | undefined;
  for (const node of readLines(text)) {
    const cursor = new Cursor(node);
    if (cursor.take('chapter')) {
      items = [];
      const title = cursor.rest();
      if (title === '') cursor.fail('a title');
      rejectChildren(node);
      chapters.push({ title, prose: node.prose, items, line: node.line, column: node.column });
      continue;
    }
    const item = readItem(node, cursor);
    if (items === undefined)
      throw new SpecError(`Declaration of '${item.name}' stands before the first chapter`, node);
    const earlier = types.get(item.name) ?? calls.get(item.name);
    if (earlier !== undefined) {
      throw new SpecError(`Name '${item.name}' is already taken in line ${earlier.line}`, node);
    }
    if (item.kind === 'call') calls.set(item.name, item);
    else types.set(item.name, item);
    items.push(item);
  }
  const spec: Spec = { chapters, types, calls };
  checkSpec(spec);
  return spec;
}

const KEYWORDS = ['enum', 'flags', 'opaque', 'number', 'struct', 'entry', 'call'] as const;

function readItem(node: Node, cursor: Cursor): TypeItem | CallItem {
  const keyword = cursor.oneOf(KEYWORDS, `'chapter' or one of ${KEYWORDS.join(', ')}`);
  if (keyword === 'call') return readCall(node, cursor);
  if (keyword === 'struct') return readStruct(node, cursor);
  if (keyword === 'entry') return readEntry(node, cursor);
  return readInteger(keyword, node, cursor);
}
