import type { FieldItem, Spec, StructType, TypeUse } from './spec/model.ts';
import { INTEGER_SIZES } from './spec/types.ts';

/** Bytes in an address: 4 for wasm32, 8 for x86-64 and aarch64. */
export type PointerSize = 4 | 8;

/** Size of a type in bytes, and its alignment. */
export interface Extent {
  readonly size: number;
  readonly alignment: number;
}

/** The place of a member, in bytes from the start of the structure that was laid out. */
export interface PlacedMember extends Extent {
  /** The name, after the name of its group and a dot if it has one. */
  readonly name: string;
  readonly offset: number;
  readonly field: FieldItem;
}

/** A structure in memory. A range counts as one member: the address, then the number of elements. */
export interface StructLayout extends Extent {
  readonly members: readonly PlacedMember[];
}

/** The extent of a type as C compilers choose it: each value is aligned to its own size. */
export function extentOf(spec: Spec, type: TypeUse, pointer: PointerSize): Extent {
  if (type.kind === 'pointer') return { size: pointer, alignment: pointer };
  if (type.kind === 'range') return { size: 2 * pointer, alignment: pointer };
  if (type.kind === 'array') {
    const element = extentOf(spec, type.of, pointer);
    return { size: element.size * type.length, alignment: element.alignment };
  }
  if (type.kind === 'primitive') {
    if (type.name === 'void') return { size: 0, alignment: 1 };
    if (type.name === 'size') return { size: pointer, alignment: pointer };
    const size = type.name === 'char' ? 1 : INTEGER_SIZES[type.name];
    return { size, alignment: size };
  }
  const item = spec.types.get(type.name);
  if (item === undefined || item.kind === 'entry') return { size: 0, alignment: 1 };
  if (item.kind === 'struct') return layoutOf(spec, item, pointer);
  const size = INTEGER_SIZES[item.integer];
  return { size, alignment: size };
}

/** Lays out a structure: fields in their order, then the union of the variant's cases, padded to its alignment. */
export function layoutOf(spec: Spec, struct: StructType, pointer: PointerSize): StructLayout {
  const body = place(spec, struct.fields, '', 0, pointer);
  const members = [...body.members];
  let { end, alignment } = body;
  const cases = struct.variant?.cases ?? [];
  const parts = cases.map(({ fields, group }) => ({
    fields,
    prefix: group === undefined ? '' : `${group}.`,
  }));
  const extents = parts.map(({ fields, prefix }) => place(spec, fields, prefix, 0, pointer));
  const unionAlignment = Math.max(1, ...extents.map((extent) => extent.alignment));
  const start = align(end, unionAlignment);
  for (const [index, { fields, prefix }] of parts.entries()) {
    members.push(...place(spec, fields, prefix, start, pointer).members);
    end = Math.max(end, start + align(extents[index]?.end ?? 0, extents[index]?.alignment ?? 1));
  }
  alignment = Math.max(alignment, unionAlignment);
  return { size: align(end, alignment), alignment, members };
}

function place(
  spec: Spec,
  fields: readonly FieldItem[],
  prefix: string,
  start: number,
  pointer: PointerSize,
) {
  const members: PlacedMember[] = [];
  let end = start;
  let alignment = 1;
  for (const field of fields) {
    const extent = extentOf(spec, field.type, pointer);
    const offset = align(end, extent.alignment);
    members.push({ name: prefix + field.name, offset, field, ...extent });
    end = offset + extent.size;
    alignment = Math.max(alignment, extent.alignment);
  }
  return { members, end, alignment };
}

function align(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
