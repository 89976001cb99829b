import { type IntegerType, paragraphs, type Spec } from '../../spec/model.ts';
import { comment, GENERATED_NOTICE, literal, plain, replaceReferences, typeName } from '../names.ts';
import { INTEGERS, identifier, isEnumeration } from './names.ts';

/**
 * Emits the values of CloudABI's integer types as AssemblyScript: an enumeration where it is wide enough, or else
 * a namespace of constants; and for each error what it means.
 */
export function emitConstantsInAssemblyScript(spec: Spec): string {
  let text = `${GENERATED_NOTICE}// Values of CloudABI's types, for AssemblyScript.\n`;
  for (const item of spec.types.values()) {
    if (item.kind === 'struct' || item.kind === 'entry' || item.values.length === 0) continue;
    text += `\n${comment(plain(item.prose))}${isEnumeration(item) ? enumeration(item) : namespace(item)}`;
  }
  const errno = spec.types.get('errno');
  return errno?.kind === 'enum' ? text + meanings(errno) : text;
}

function enumeration(type: IntegerType): string {
  const members = type.values.map(
    (value) =>
      `${comment(plain(value.prose), '  ')}  ${identifier(value.name)} = ${spell(type, value.value)},\n`,
  );
  return `export const enum ${typeName(type.name)} {\n${members.join('')}}\n`;
}

function namespace(type: IntegerType): string {
  const integer = INTEGERS[type.integer];
  const members = type.values.map(
    (value) =>
      `${comment(plain(value.prose), '  ')}  export const ${identifier(value.name)}: ${integer} = ${spell(type, value.value)};\n`,
  );
  return `export namespace ${typeName(type.name)} {\n${members.join('')}}\n`;
}

/** Flags and large values in hexadecimal, everything else in decimal. */
function spell(type: IntegerType, value: bigint): string {
  const bits = type.kind === 'flags' || type.name === 'filetype' || value > 0xffffn;
  return bits ? `0x${value.toString(16)}` : `${value}`;
}

/** A function from each error to its name and its meaning. */
function meanings(errno: IntegerType): string {
  const rows = errno.values.map((value) => {
    const [first = ''] = paragraphs(value.prose).map((text) => replaceReferences(text, (name) => name));
    const sentence = first.slice(0, 1).toLowerCase() + first.slice(1).replace(/\.$/, '');
    return `    case Errno.${identifier(value.name)}:\n      return ${literal(`${sentence} (${value.name})`)};\n`;
  });
  return `
/** Gives the meaning of an error, and its name, as the end of a sentence. */
export function meaningOf(error: Errno): string {
  switch (error) {
${rows.join('')}    default:
      return 'error ' + error.toString();
  }
}
`;
}
