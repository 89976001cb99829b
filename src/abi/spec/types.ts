import type { Cursor } from './cursor.ts';
import { SpecError } from './error.ts';
import type { IntegerName, MemoryAccess, PrimitiveName, TypeUse } from './model.ts';

/** The integers with their widths in bytes. */
export const INTEGER_SIZES: Readonly<Record<IntegerName, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, s64: 8 };

/** The names of the integers, in order of width. */
export const INTEGER_NAMES: readonly IntegerName[] = ['u8', 'u16', 'u32', 'u64', 's64'];

const PRIMITIVES: readonly PrimitiveName[] = [...INTEGER_NAMES, 'char', 'size', 'void'];
const MAX_ARRAY = 4096n;

/** Reads the use of a type: `name`, `&T`, `&mut T`, `&atomic T`, `[T]`, `[mut T]`, `T * 4`. */
export function readType(cursor: Cursor): TypeUse {
  if (cursor.take('&')) {
    const access = readAccess(cursor);
    return { kind: 'pointer', access, to: readName(cursor) };
  }
  if (cursor.take('[')) {
    const access = readAccess(cursor);
    const of = readName(cursor);
    cursor.expect(']');
    return { kind: 'range', access, of };
  }
  const { position } = cursor;
  const of = readName(cursor);
  if (cursor.take('*')) {
    const at = cursor.position;
    const length = cursor.integer();
    if (length < 1n || length > MAX_ARRAY)
      throw new SpecError(`Array of ${length} elements, wanted 1 to ${MAX_ARRAY}`, at);
    return { kind: 'array', of, length: Number(length) };
  }
  if (of.kind === 'primitive' && of.name === 'void') {
    throw new SpecError("Type 'void' has no size, wanted it behind '&' or within '[]'", position);
  }
  return of;
}

function readAccess(cursor: Cursor): MemoryAccess {
  if (cursor.take('mut')) return 'mut';
  return cursor.take('atomic') ? 'atomic' : 'read';
}

function readName(cursor: Cursor): TypeUse {
  const { name, line, column } = cursor.name('a type');
  const primitive = PRIMITIVES.find((known) => known === name);
  if (primitive !== undefined) return { kind: 'primitive', name: primitive };
  return { kind: 'named', name, line, column };
}
