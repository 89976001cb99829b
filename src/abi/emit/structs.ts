import { layoutOf, type PlacedMember, type PointerSize, type StructLayout } from '../layout.ts';
import type { CaseItem, FieldItem, IntegerName, Spec, StructType, TypeUse } from '../spec/model.ts';
import { comment, GENERATED_NOTICE, key, lengthName, plain, typeName } from './names.ts';

const HEAD = `${GENERATED_NOTICE}// Offsets are in bytes. Readers fill an object that the caller makes once and uses again. Memory is the
// program's: an enumeration read from it may hold any number.

import { readWord64, writeWord64 } from '../word.ts';
`;

/** Emits `structs.ts`: offsets, an object type, a reader and a writer for each structure and width of pointers. */
export function emitStructs(spec: Spec): string {
  let text = HEAD;
  for (const chapter of spec.chapters) {
    for (const item of chapter.items) {
      if (item.kind === 'struct') text += `\n${emitStruct(spec, item)}`;
    }
  }
  return text;
}

function emitStruct(spec: Spec, struct: StructType): string {
  const name = typeName(struct.name);
  let text = emitInterface(spec, struct, name) + emitNew(spec, struct, name);
  for (const pointer of widths(spec, struct)) {
    const suffix = suffixOf(spec, struct, pointer);
    const layout = layoutOf(spec, struct, pointer);
    text += emitLayout(struct, layout, pointer, `${name}Layout${suffix}`);
    text += emitAccess(spec, struct, layout, pointer, name, suffix, 'read');
    text += emitAccess(spec, struct, layout, pointer, name, suffix, 'write');
  }
  return text;
}

/** One width if the layout does not depend on it, or else both. */
function widths(spec: Spec, struct: StructType): PointerSize[] {
  const offsets = (pointer: PointerSize) => {
    const { size, members } = layoutOf(spec, struct, pointer);
    return [size, ...members.map((member) => `${member.offset}+${member.size}`)].join();
  };
  return offsets(4) === offsets(8) ? [4] : [4, 8];
}

function suffixOf(spec: Spec, struct: StructType, pointer: PointerSize): string {
  return widths(spec, struct).length === 1 ? '' : `${pointer * 8}`;
}

function emitInterface(spec: Spec, struct: StructType, name: string): string {
  const direct = [...struct.fields, ...casesOf(struct, false).flatMap(({ fields }) => fields)];
  let body = direct.map((field) => emitProperty(spec, field, '  ')).join('');
  for (const { tags, group, fields } of casesOf(struct, true)) {
    body += comment(`Meaningful if \`${struct.variant?.by}\` is ${tags.join(' or ')}.`, '  ');
    body += `  readonly ${key(group ?? '')}: {\n${fields.map((field) => emitProperty(spec, field, '    ')).join('')}  };\n`;
  }
  return `${comment(plain(struct.prose))}export interface ${name} {\n${body}}\n`;
}

function emitProperty(spec: Spec, field: FieldItem, indent: string): string {
  if (field.type.kind === 'array') return '';
  const text = comment(plain(field.prose), indent);
  const struct = structOf(spec, field.type);
  if (struct) return `${text}${indent}readonly ${key(field.name)}: ${typeName(struct.name)};\n`;
  const own = `${text}${indent}${key(field.name)}: ${isWide(spec, field.type) ? 'bigint' : 'number'};\n`;
  if (field.type.kind !== 'range') return own;
  return `${own}${comment(`Number of elements of \`${field.name}\`.`, indent)}${indent}${key(lengthName(field.name))}: number;\n`;
}

function emitNew(spec: Spec, struct: StructType, name: string): string {
  const zero = (field: FieldItem): string[] => {
    if (field.type.kind === 'array') return [];
    const inner = structOf(spec, field.type);
    if (inner) return [`${key(field.name)}: new${typeName(inner.name)}()`];
    const own = `${key(field.name)}: ${isWide(spec, field.type) ? '0n' : '0'}`;
    return field.type.kind === 'range' ? [own, `${key(lengthName(field.name))}: 0`] : [own];
  };
  const direct = [...struct.fields, ...casesOf(struct, false).flatMap(({ fields }) => fields)].flatMap(zero);
  const groups = casesOf(struct, true).map(
    ({ group, fields }) => `${key(group ?? '')}: { ${fields.flatMap(zero).join(', ')} }`,
  );
  const rows = [...direct, ...groups].map((row) => `    ${row},\n`).join('');
  return `\n/** Makes a {@link ${name}} full of zeros. */\nexport function new${name}(): ${name} {\n  return {\n${rows}  };\n}\n`;
}

function emitLayout(struct: StructType, layout: StructLayout, pointer: PointerSize, name: string): string {
  const rows = layout.members.flatMap(({ name, offset, field }) => {
    const row = `  ${keyOrQuoted(name)}: ${offset},\n`;
    return field.type.kind === 'range'
      ? [row, `  ${keyOrQuoted(lengthName(name))}: ${offset + pointer},\n`]
      : [row];
  });
  return `
/** Size, alignment and offsets of \`${struct.name}\`. */
export const ${name} = {
  size: ${layout.size},
  alignment: ${layout.alignment},
  offsets: {
${rows.join('').replaceAll(/^ {2}/gm, '    ')}  },
} as const;
`;
}

type Direction = 'read' | 'write';

function emitAccess(
  spec: Spec,
  struct: StructType,
  layout: StructLayout,
  pointer: PointerSize,
  name: string,
  suffix: string,
  direction: Direction,
): string {
  const reading = direction === 'read';
  const direct = layout.members.filter(({ field }) => struct.fields.includes(field));
  let body = direct.flatMap((member) => accessLines(spec, member, pointer, direction, '  ')).join('');
  if (struct.variant) {
    const { by, cases } = struct.variant;
    const tag = struct.fields.find((field) => field.name === by);
    body += `  switch (value.${by}) {\n`;
    for (const { tags, fields } of cases) {
      for (const name of tags) body += `    case ${tagValue(spec, tag, name)}: // ${name}\n`;
      const members = layout.members.filter(({ field }) => fields.includes(field));
      body += `${members.flatMap((member) => accessLines(spec, member, pointer, direction, '      ')).join('')}      break;\n`;
    }
    body += '    default:\n  }\n';
  }
  const variant = struct.variant ? `, of the variant only what \`${struct.variant.by}\` chooses` : '';
  const failure = '@throws {RangeError} if it does not lie within the view.';
  const text = reading
    ? `Reads the \`${struct.name}\` at an offset of the view into \`value\`, and returns that${variant}.`
    : `Writes the \`${struct.name}\` at an offset of the view${variant}; padding stays as it is.`;
  const signature = reading
    ? `read${name}${suffix}(view: DataView, at: number, value: ${name}): ${name}`
    : `write${name}${suffix}(view: DataView, at: number, value: Readonly<${name}>): void`;
  const end = reading ? '  return value;\n' : '';
  return `\n${comment(`${text}\n\n${failure}`)}export function ${signature} {\n${body}${end}}\n`;
}

function accessLines(
  spec: Spec,
  member: PlacedMember,
  pointer: PointerSize,
  direction: Direction,
  indent: string,
): string[] {
  const { field, offset, name } = member;
  if (field.type.kind === 'array') return [];
  const inner = structOf(spec, field.type);
  if (inner) {
    const call = `${direction}${typeName(inner.name)}${suffixOf(spec, inner, pointer)}`;
    return [`${indent}${call}(view, ${at(offset)}, value${property(name)});\n`];
  }
  const access = (target: string, offset: number, type: TypeUse): string =>
    direction === 'read'
      ? `${indent}value${property(target)} = ${getter(spec, type, pointer, at(offset))};\n`
      : `${indent}${setter(spec, type, pointer, at(offset), `value${property(target)}`)};\n`;
  const lines = [access(name, offset, field.type)];
  if (field.type.kind === 'range') {
    lines.push(access(lengthName(name), offset + pointer, { kind: 'primitive', name: 'size' }));
  }
  return lines;
}

function getter(spec: Spec, type: TypeUse, pointer: PointerSize, at: string): string {
  const integer = integerOf(spec, type, pointer);
  if (integer === undefined) return `readWord64(view, ${at})`;
  return `view.get${METHODS[integer]}(${at}${integer === 'u8' ? '' : ', true'})`;
}

function setter(spec: Spec, type: TypeUse, pointer: PointerSize, at: string, value: string): string {
  const integer = integerOf(spec, type, pointer);
  if (integer === undefined) return `writeWord64(view, ${at}, ${value})`;
  return `view.set${METHODS[integer]}(${at}, ${value}${integer === 'u8' ? '' : ', true'})`;
}

const METHODS: Readonly<Record<IntegerName, string>> = {
  u8: 'Uint8',
  u16: 'Uint16',
  u32: 'Uint32',
  u64: 'BigUint64',
  s64: 'BigInt64',
};

/** The integer a scalar is stored as; `undefined` for the words of a 64-bit program, which become numbers. */
function integerOf(spec: Spec, type: TypeUse, pointer: PointerSize): IntegerName | undefined {
  if (type.kind === 'primitive' && type.name !== 'size') {
    return type.name === 'char' || type.name === 'void' ? 'u8' : type.name;
  }
  if (type.kind === 'named') {
    const item = spec.types.get(type.name);
    if (item && item.kind !== 'struct' && item.kind !== 'entry') return item.integer;
  }
  return pointer === 4 ? 'u32' : undefined;
}

function isWide(spec: Spec, type: TypeUse): boolean {
  const integer = integerOf(spec, type, 8);
  return integer === 'u64' || integer === 's64';
}

function structOf(spec: Spec, type: TypeUse): StructType | undefined {
  const item = type.kind === 'named' ? spec.types.get(type.name) : undefined;
  return item?.kind === 'struct' ? item : undefined;
}

function casesOf(struct: StructType, grouped: boolean): CaseItem[] {
  return (struct.variant?.cases ?? []).filter(({ group }) => (group !== undefined) === grouped);
}

function tagValue(spec: Spec, tag: FieldItem | undefined, name: string): bigint | undefined {
  const type = tag?.type.kind === 'named' ? spec.types.get(tag.type.name) : undefined;
  if (type === undefined || type.kind === 'struct' || type.kind === 'entry') return undefined;
  return type.values.find((value) => value.name === name)?.value;
}

function keyOrQuoted(name: string): string {
  return name.includes('.') ? `'${name}'` : key(name);
}

function property(path: string): string {
  return path
    .split('.')
    .map((name) => (/^[a-z_]/.test(name) ? `.${name}` : `['${name}']`))
    .join('');
}

function at(offset: number): string {
  return offset === 0 ? 'at' : `at + ${offset}`;
}
