import { layoutOf, type StructLayout } from '../../layout.ts';
import type { EntryType, IntegerType, Spec, StructType, TypeItem, ValueItem } from '../../spec/model.ts';
import { integerType } from '../../spec/resolve.ts';
import { typeInC, valueInC } from '../c/names.ts';
import { joinWords, linkLine, linkProse, linkTo, linkType, table, target, typeBehind } from './links.ts';

/** The index, if any, that leads on from a value: the anchor of its rows there. */
export type Indexed = (type: string, value: string) => string | undefined;

/** The section of a type: what it is, its values or members, and where it is used. */
export function emitType(spec: Spec, item: TypeItem, indexed: Indexed): string {
  const parts = [`### \`${item.name}\``, ...linkProse(spec, item.prose)];
  if (item.kind === 'struct') parts.push(...structParts(spec, item));
  else if (item.kind === 'entry') parts.push(...entryParts(spec, item));
  else parts.push(...integerParts(spec, item, indexed));
  const users = usersOf(spec, item.name);
  if (users.length > 0)
    parts.push(
      `Used by ${joinWords(
        users.map((name) => linkTo(name, name)),
        'and',
      )}.`,
    );
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

/** The structures, functions and calls that use a type directly, in the order of the manual. */
function usersOf(spec: Spec, name: string): string[] {
  const uses = ({ type }: { type: Parameters<typeof typeBehind>[0] }) => typeBehind(type) === name;
  const items = spec.chapters.flatMap((chapter) => chapter.items);
  return items
    .filter((item) => {
      if (item.kind === 'call') return [...item.inputs, ...item.outputs].some(uses);
      if (item.kind === 'entry') return item.inputs.some(uses);
      if (item.kind !== 'struct') return false;
      return [...item.fields, ...(item.variant?.cases ?? []).flatMap(({ fields }) => fields)].some(uses);
    })
    .map((item) => item.name);
}

const KINDS: Readonly<Record<IntegerType['kind'], string>> = {
  enum: 'One of the values below',
  flags: 'Any union of the bits below',
  opaque: 'A handle',
  number: 'A number',
};

function integerParts(spec: Spec, type: IntegerType, indexed: Indexed): string[] {
  const kind = type.kind === 'flags' && type.values.length === 0 ? 'Flags' : KINDS[type.kind];
  const parts = [`${kind}, stored as \`${type.integer}\`; \`${typeInC(type.name)}\` in C.`];
  if (type.values.length === 0) return parts;
  const bits = type.kind === 'flags' || type.name === 'filetype';
  const rows = type.values.map((value) => {
    const place = indexed(type.name, value.name);
    const name = place === undefined ? `\`${value.name}\`` : `[\`${value.name}\`](#${place})`;
    const number = bits || value.value > 0xffffn ? `0x${value.value.toString(16)}` : `${value.value}`;
    return [
      `${target(type.name, value.name)}${name}`,
      number,
      `\`${valueInC(type, value)}\``,
      [linkLine(spec, value.prose), ...attributes(type, value)].join(' '),
    ];
  });
  return [...parts, table(['name', 'value', 'in C', 'meaning'], rows)];
}

/** Describes the attributes of a value: of a right, what it implies; of a signal, what it does. */
function attributes(type: IntegerType, value: ValueItem): string[] {
  return value.attributes.map(({ name, argument }) =>
    argument === undefined ? `Action: ${name}.` : `It ${name} ${linkTo(argument, type.name, argument)}.`,
  );
}

function structParts(spec: Spec, struct: StructType): string[] {
  const narrow = layoutOf(spec, struct, 4);
  const wide = layoutOf(spec, struct, 8);
  const offsets = ({ members }: StructLayout) =>
    members.map(({ offset, size }) => `${offset}+${size}`).join();
  const same = offsets(narrow) === offsets(wide) && narrow.size === wide.size;
  const head = ['field', 'type', ...(same ? ['offset'] : ['offset (32)', 'offset (64)']), 'meaning'];
  const rows = narrow.members.map((member, index) => {
    const { name, field } = member;
    const range = field.type.kind === 'range';
    const place = (offset: number, pointer: number) =>
      range ? `${offset}, ${offset + pointer}` : `${offset}`;
    const first = place(member.offset, 4);
    return [
      `${target(struct.name, ...name.split('.'))}\`${name}\``,
      linkType(field.type),
      ...(same ? [first] : [first, place(wide.members[index]?.offset ?? 0, 8)]),
      linkLine(spec, field.prose),
    ];
  });
  const parts = [`${sizes(narrow, wide)} \`${typeInC(struct.name)}\` in C.`, table(head, rows)];
  if (struct.variant) parts.push(variantPart(spec, struct, struct.variant));
  return parts;
}

function sizes(narrow: StructLayout, wide: StructLayout): string {
  if (narrow.size === wide.size && narrow.alignment === wide.alignment)
    return `${narrow.size} bytes, aligned to ${narrow.alignment};`;
  return `${narrow.size} bytes, aligned to ${narrow.alignment}, with 32-bit addresses; ${wide.size} bytes, aligned to ${wide.alignment}, with 64-bit addresses;`;
}

/** Lists the members that share one place. Groups are places that links can lead to. */
function variantPart(
  spec: Spec,
  struct: StructType,
  { by, cases }: NonNullable<StructType['variant']>,
): string {
  const tag = struct.fields.find(({ name }) => name === by);
  const type = tag && integerType(spec, tag.type)?.name;
  const rows = cases.map(({ tags, group, fields }) => {
    const values = tags.map((name) => (type === undefined ? `\`${name}\`` : linkTo(name, type, name)));
    const what =
      group === undefined
        ? `\`${fields[0]?.name ?? ''}\``
        : `${target(struct.name, group)}the fields of \`${group}\``;
    return `- ${joinWords(values, 'or')}: ${what}`;
  });
  return `The value of \`${by}\` decides which members there are:\n\n${rows.join('\n')}`;
}

function entryParts(spec: Spec, entry: EntryType): string[] {
  const rows = entry.inputs.map(({ name, type, prose }) => [
    `\`${name}\``,
    linkType(type),
    linkLine(spec, prose),
  ]);
  return [`\`${typeInC(entry.name)}\` in C.`, table(['argument', 'type', 'meaning'], rows)];
}
