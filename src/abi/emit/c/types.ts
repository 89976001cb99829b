import { layoutOf, type PlacedMember } from '../../layout.ts';
import type {
  EntryType,
  FieldItem,
  IntegerType,
  Spec,
  StructType,
  TypeItem,
  TypeUse,
} from '../../spec/model.ts';
import { integerType } from '../../spec/resolve.ts';
import { comment, GENERATED_NOTICE, lengthName } from '../names.ts';
import { declare, groupInC, plainInC, typeInC, valueInC } from './names.ts';

const HEAD = `${GENERATED_NOTICE}// Types, constants and structures of CloudABI, for C11, C++11 and later.

#ifndef CLOUDABI_TYPES_H
#define CLOUDABI_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <atomic>
#define CLOUDABI_ATOMIC(type) std::atomic<type>
#define CLOUDABI_ALIGNOF(type) alignof(type)
#define CLOUDABI_ASSERT(condition) static_assert(condition, #condition)
#else
#define CLOUDABI_ATOMIC(type) _Atomic(type)
#define CLOUDABI_ALIGNOF(type) _Alignof(type)
#define CLOUDABI_ASSERT(condition) _Static_assert(condition, #condition)
#endif

// The first number if addresses have 32 bits, the second if they have 64.
#define CLOUDABI_BY_WIDTH(narrow, wide) (sizeof(void *) == 4 ? (narrow) : (wide))

#ifdef __cplusplus
extern "C" {
#endif
`;

const TAIL = `
#ifdef __cplusplus
}
#endif

#endif
`;

/**
 * Emits `cloudabi_types.h`: a type for each type, a macro for each value, and assertions by which a compiler
 * that lays structures out differently refuses to compile. Structures follow what they are made of.
 */
export function emitTypesInC(spec: Spec): string {
  let text = HEAD;
  const items = [...spec.types.values()];
  for (const item of items) {
    if (item.kind !== 'struct' && item.kind !== 'entry') text += `\n${emitInteger(spec, item)}`;
  }
  const done = new Set<TypeItem>();
  const emit = (item: TypeItem | undefined): void => {
    if (item === undefined || (item.kind !== 'struct' && item.kind !== 'entry') || done.has(item)) return;
    done.add(item);
    for (const name of namesIn(item)) emit(spec.types.get(name));
    text += item.kind === 'entry' ? emitEntry(spec, item) : emitStruct(spec, item);
  };
  for (const item of items) emit(item);
  return text + TAIL;
}

/** The names of the types that a structure or a function is made of. */
function namesIn(item: StructType | EntryType): string[] {
  const fields = item.kind === 'entry' ? item.inputs : allFields(item);
  const nameOf = (type: TypeUse): string[] => {
    if (type.kind === 'named') return [type.name];
    if (type.kind === 'primitive') return [];
    return nameOf(type.kind === 'pointer' ? type.to : type.of);
  };
  return fields.flatMap(({ type }) => nameOf(type));
}

function allFields({ fields, variant }: StructType): FieldItem[] {
  return [...fields, ...(variant?.cases ?? []).flatMap((item) => item.fields)];
}

function emitInteger(spec: Spec, type: IntegerType): string {
  const [definition = ''] = declare(spec, typeInC(type.name), { kind: 'primitive', name: type.integer });
  let text = `${comment(plainInC(spec, type.prose))}typedef ${definition};\n`;
  const digits = Math.max(0, ...type.values.map(({ value }) => value.toString(16).length));
  for (const item of type.values) {
    const prose = comment(plainInC(spec, item.prose));
    text += `${prose}#define ${valueInC(type, item)} ${spell(type, item.value, digits)}\n`;
  }
  return text;
}

/** Bits in hexadecimal, all with the same number of digits; other values in decimal. */
function spell(type: IntegerType, value: bigint, digits: number): string {
  const bits = type.kind === 'flags' || type.name === 'filetype' || value > 0xffffn;
  const text = bits ? `0x${value.toString(16).padStart(digits, '0')}` : `${value}`;
  return type.integer === 'u64' ? `UINT64_C(${text})` : text;
}

function emitEntry(spec: Spec, entry: EntryType): string {
  const parameters = entry.inputs.flatMap(({ name, type }) => declare(spec, name, type));
  return `\n${comment(plainInC(spec, entry.prose))}typedef void ${typeInC(entry.name)}(${parameters.join(', ')});\n`;
}

function emitStruct(spec: Spec, struct: StructType): string {
  let groups = '';
  let body = struct.fields.map((field) => emitField(spec, field, '  ')).join('');
  if (struct.variant) {
    const { by, cases } = struct.variant;
    const tag = struct.fields.find(({ name }) => name === by);
    const type = tag && integerType(spec, tag.type);
    body += '  union {\n';
    for (const { tags, group, fields } of cases) {
      const values = tags.map((name) => (type ? `\`${valueInC(type, { name })}\`` : name)).join(' or ');
      if (group === undefined) {
        body += fields.map((field) => emitField(spec, field, '    ', `If \`${by}\` is ${values}:`)).join('');
        continue;
      }
      const name = groupInC(struct.name, group);
      const inner = fields.map((field) => emitField(spec, field, '  ')).join('');
      const text = `Contents of a \`${typeInC(struct.name)}\` if its \`${by}\` is ${values}.`;
      groups += `\n${comment(text)}typedef struct {\n${inner}} ${name};\n`;
      body += `    ${name} ${group};\n`;
    }
    body += '  };\n';
  }
  const name = typeInC(struct.name);
  const prose = comment(plainInC(spec, struct.prose));
  return `${groups}\n${prose}typedef struct {\n${body}} ${name};\n${emitAssertions(spec, struct, name)}`;
}

function emitField(spec: Spec, field: FieldItem, indent: string, condition = ''): string {
  const prose = comment(`${condition} ${plainInC(spec, field.prose)}`.trim(), indent);
  return `${prose}${declare(spec, field.name, field.type)
    .map((part) => `${indent}${part};\n`)
    .join('')}`;
}

/** The layout as the specification has it, for both widths of addresses. */
function emitAssertions(spec: Spec, struct: StructType, name: string): string {
  const narrow = layoutOf(spec, struct, 4);
  const wide = layoutOf(spec, struct, 8);
  const assertion = (what: string, first: number, second: number) =>
    `CLOUDABI_ASSERT(${what} == ${first === second ? first : `CLOUDABI_BY_WIDTH(${first}, ${second})`});\n`;
  const offset = (member: string, first: number, second: number) =>
    assertion(`offsetof(${name}, ${member})`, first, second);
  let text = '';
  for (const [index, member] of narrow.members.entries()) {
    const other: PlacedMember = wide.members[index] ?? member;
    text += offset(member.name, member.offset, other.offset);
    if (member.field.type.kind === 'range')
      text += offset(lengthName(member.name), member.offset + 4, other.offset + 8);
  }
  text += assertion(`sizeof(${name})`, narrow.size, wide.size);
  return text + assertion(`CLOUDABI_ALIGNOF(${name})`, narrow.alignment, wide.alignment);
}
