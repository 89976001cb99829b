import { rejectChildren } from './call.ts';
import { Cursor } from './cursor.ts';
import { SpecError } from './error.ts';
import type { Node } from './lines.ts';
import type { Attribute, CaseItem, FieldItem, IntegerType, StructType, ValueItem, Variant } from './model.ts';
import { INTEGER_NAMES, readType } from './types.ts';

/** Reads `enum|flags|opaque|number NAME : INTEGER [(C: PREFIX*)]` and its values. */
export function readInteger(kind: IntegerType['kind'], node: Node, cursor: Cursor): IntegerType {
  const { name } = cursor.name('the name of a type');
  cursor.expect(':');
  const integer = cursor.oneOf(INTEGER_NAMES, `one of ${INTEGER_NAMES.join(', ')}`);
  let cPrefix = `${name.toUpperCase()}_`;
  if (cursor.take('(')) {
    cursor.expect('C');
    cursor.expect(':');
    cPrefix = cursor.peek() === '*' ? '' : cursor.word('a prefix');
    cursor.expect('*');
    cursor.expect(')');
  }
  cursor.end();
  const values = node.children.map(readValue);
  if (kind === 'number' && values[0] !== undefined)
    throw new SpecError('A number has no named values', values[0]);
  return { kind, name, integer, cPrefix, values, prose: node.prose, line: node.line, column: node.column };
}

/** Reads `struct NAME`, its fields and the variant at its end. */
export function readStruct(node: Node, cursor: Cursor): StructType {
  const { name } = cursor.name('the name of a type');
  cursor.end();
  const fields: FieldItem[] = [];
  let variant: Variant | undefined;
  for (const child of node.children) {
    if (variant !== undefined) throw new SpecError('Nothing can follow the variant of a structure', child);
    if (/^variant /.test(child.code)) variant = readVariant(child);
    else fields.push(readField(child));
  }
  return { kind: 'struct', name, fields, variant, prose: node.prose, line: node.line, column: node.column };
}

/** `NAME = VALUE [attribute argument]…` */
function readValue(node: Node): ValueItem {
  const cursor = new Cursor(node);
  const { name } = cursor.name('the name of a value');
  cursor.expect('=');
  const value = cursor.integer();
  const attributes: Attribute[] = [];
  while (cursor.take('[')) {
    const attribute = cursor.name('an attribute');
    const argument = cursor.peek() === ']' ? undefined : cursor.name('an argument').name;
    cursor.expect(']');
    attributes.push({ ...attribute, argument });
  }
  cursor.end();
  rejectChildren(node);
  return { name, value, attributes, prose: node.prose, line: node.line, column: node.column };
}

/** `NAME : TYPE` */
function readField(node: Node): FieldItem {
  const cursor = new Cursor(node);
  const { name } = cursor.name('the name of a field');
  cursor.expect(':');
  const type = readType(cursor);
  cursor.end();
  rejectChildren(node);
  return { name, type, prose: node.prose, line: node.line, column: node.column };
}

/** `variant by FIELD`, with `case TAG, TAG [as GROUP]` beneath. */
function readVariant(node: Node): Variant {
  const cursor = new Cursor(node);
  cursor.expect('variant');
  cursor.expect('by');
  const by = cursor.name('the name of a field').name;
  cursor.end();
  return { by, cases: node.children.map(readCase), line: node.line, column: node.column };
}

function readCase(node: Node): CaseItem {
  const cursor = new Cursor(node);
  cursor.expect('case');
  const tags = [cursor.name('a value').name];
  while (cursor.take(',')) tags.push(cursor.name('a value').name);
  const group = cursor.take('as') ? cursor.name('the name of a group').name : undefined;
  cursor.end();
  const fields = node.children.map(readField);
  if (group === undefined ? fields.length !== 1 : fields.length === 0) {
    throw new SpecError(
      `Case has ${fields.length} fields, wanted ${group === undefined ? "one, or 'as' and a name" : 'some'}`,
      node,
    );
  }
  return { tags, group, fields, line: node.line, column: node.column };
}
