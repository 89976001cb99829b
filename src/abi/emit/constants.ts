import type { IntegerType, Spec, ValueItem } from '../spec/model.ts';
import { comment, GENERATED_NOTICE, key, literal, memberName, plain, typeName } from './names.ts';

/** Emits `constants.ts`: an object and a type per integer type, tables of names, rights in two halves. */
export function emitConstants(spec: Spec): string {
  let text = GENERATED_NOTICE;
  for (const chapter of spec.chapters) {
    for (const item of chapter.items) {
      if (item.kind === 'call' || item.kind === 'struct' || item.kind === 'entry') continue;
      text += `\n${emitInteger(item)}`;
    }
  }
  const rights = spec.types.get('rights');
  if (rights?.kind === 'flags') text += emitHalves(rights);
  return text;
}

function emitInteger(type: IntegerType): string {
  const name = typeName(type.name);
  const wide = type.integer === 'u64' || type.integer === 's64';
  let text = '';
  if (type.values.length > 0) {
    text += emitObject(type, name, wide ? (value) => `${hex(value)}n` : (value) => spell(type, value));
    text += '\n';
  }
  text += comment(describeType(type));
  if (type.kind === 'enum') text += `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`;
  else text += `export type ${name} = ${wide ? 'bigint' : 'number'};\n`;
  if (type.kind === 'enum' || (type.kind === 'flags' && type.values.length > 0))
    text += emitNames(type, name, wide);
  const attributes = new Set(
    type.values.flatMap(({ attributes }) => attributes.map(({ argument }) => argument)),
  );
  if (type.kind === 'enum' && attributes.has(undefined)) text += emitAttributes(type, name);
  return text;
}

function describeType(type: IntegerType): string {
  if (type.values.length === 0) return plain(type.prose);
  if (type.kind === 'enum') return `One of the values of {@link ${typeName(type.name)}}.`;
  if (type.kind === 'flags') return `Any union of the bits of {@link ${typeName(type.name)}}.`;
  return `A value as described at {@link ${typeName(type.name)}}.`;
}

function emitObject(type: IntegerType, name: string, show: (value: bigint) => string): string {
  const members = type.values.map(
    (value) => `${comment(plain(value.prose), '  ')}  ${key(value.name)}: ${show(value.value)},\n`,
  );
  return `${comment(plain(type.prose))}export const ${name} = {\n${members.join('')}} as const;\n`;
}

function emitNames(type: IntegerType, name: string, wide: boolean): string {
  const number = wide ? 'bigint' : 'number';
  const rows = type.values.map(
    ({ name, value }) => `  [${wide ? `${hex(value)}n` : spell(type, value)}, ${literal(name)}],\n`,
  );
  const what = type.kind === 'enum' ? 'value' : 'bit';
  return `\n/** The name of each ${what} of {@link ${name}}, for printing. */
export const ${memberName(type.name)}Names: ReadonlyMap<${number}, keyof typeof ${name}> = new Map<${number}, keyof typeof ${name}>([
${rows.join('')}]);\n`;
}

function emitAttributes(type: IntegerType, name: string): string {
  const words = [
    ...new Set(type.values.flatMap(({ attributes }) => attributes.map(({ name }) => literal(name)))),
  ];
  const rows = type.values.flatMap(({ value, attributes }) =>
    attributes.map((attribute) => `  [${spell(type, value)}, ${literal(attribute.name)}],\n`),
  );
  const element = `${name}Action`;
  return `\n/** The effect of a value of {@link ${name}}. */
export type ${element} = ${words.join(' | ')};

/** The effect of each value of {@link ${name}}. */
export const ${memberName(type.name)}Actions: ReadonlyMap<number, ${element}> = new Map<number, ${element}>([
${rows.join('')}]);\n`;
}

function emitHalves(rights: IntegerType): string {
  const all = rights.values.reduce((sum, { value }) => sum | value, 0n);
  const half = (title: string, part: (value: ValueItem) => bigint, which: string) =>
    `\n/** The ${which} 32 bits of each right; never negative, so \`(descriptor.base${title} & need) === need\` works. */
export const Rights${title} = {
${rights.values.map((value) => `  ${key(value.name)}: ${hex(part(value))},\n`).join('')}} as const;
`;
  return `${half('Low', ({ value }) => value & 0xffffffffn, 'lower')}${half('High', ({ value }) => value >> 32n, 'upper')}
/** Every right there is. */
export const allRights: Rights = ${hex(all)}n;

/** The lower half of {@link allRights}. */
export const allRightsLow: number = ${hex(all & 0xffffffffn)};

/** The upper half of {@link allRights}. */
export const allRightsHigh: number = ${hex(all >> 32n)};
`;
}

/** Flags and bits in hexadecimal, everything else in decimal. */
function spell(type: IntegerType, value: bigint): string {
  return type.kind === 'flags' || type.name === 'filetype' || value > 0xffffn ? hex(value) : `${value}`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
