import type { IntegerName, IntegerType, Prose, Spec, TypeUse, ValueItem } from '../../spec/model.ts';
import { paragraphs } from '../../spec/model.ts';
import { lengthName, replaceReferences } from '../names.ts';

/** The name of a declared type: `cloudabi_fd_t`. */
export function typeInC(name: string): string {
  return `cloudabi_${name}_t`;
}

/** The name of the structure for some values of a variant's tag: `cloudabi_event_fd_readwrite_t`. */
export function groupInC(struct: string, group: string): string {
  return typeInC(`${struct}_${group}`);
}

/** The name of the function that makes a call. It is the symbol that the library of a 64-bit system has, too. */
export function callInC(name: string): string {
  return `cloudabi_sys_${name}`;
}

/** The name of a value: `CLOUDABI_EBADF`. */
export function valueInC(type: IntegerType, value: Pick<ValueItem, 'name'>): string {
  return `CLOUDABI_${type.cPrefix}${value.name.toUpperCase()}`;
}

/**
 * Declares a field or a parameter. A range is two: an address and a count of elements.
 *
 * @returns Declarations without anything behind them, such as `const cloudabi_iovec_t *iovs`.
 */
export function declare(spec: Spec, name: string, type: TypeUse): string[] {
  if (type.kind === 'primitive') return [`${PRIMITIVES[type.name]} ${name}`];
  if (type.kind === 'named') return [`${typeInC(type.name)} ${name}`];
  if (type.kind === 'array')
    return declare(spec, name, type.of).map((element) => `${element}[${type.length}]`);
  const target = type.kind === 'range' ? type.of : type.to;
  const [pointer = ''] = declare(spec, `*${name}`, target);
  const isFunction = target.kind === 'named' && spec.types.get(target.name)?.kind === 'entry';
  let address = pointer;
  if (type.access === 'read' && !isFunction) address = `const ${pointer}`;
  if (type.access === 'atomic') address = pointer.replace(/^(\S+)/, 'CLOUDABI_ATOMIC($1)');
  return type.kind === 'range' ? [address, `size_t ${lengthName(name)}`] : [address];
}

const PRIMITIVES: Readonly<Record<IntegerName | 'char' | 'size' | 'void', string>> = {
  u8: 'uint8_t',
  u16: 'uint16_t',
  u32: 'uint32_t',
  u64: 'uint64_t',
  s64: 'int64_t',
  char: 'char',
  size: 'size_t',
  void: 'void',
};

/** The prose as plain sentences, with the names that things have in C. */
export function plainInC(spec: Spec, prose: Prose): string {
  return paragraphs(prose)
    .map((text) => replaceReferences(text, (reference) => `\`${referenceInC(spec, reference)}\``))
    .join('\n\n');
}

function referenceInC(spec: Spec, reference: string): string {
  const [first = '', ...rest] = reference.split('.');
  const type = spec.types.get(first);
  if (type === undefined) return [callInC(first), ...rest].join('.');
  const [second] = rest;
  if (second === undefined || type.kind === 'struct' || type.kind === 'entry')
    return [typeInC(first), ...rest].join('.');
  return valueInC(type, { name: second });
}
