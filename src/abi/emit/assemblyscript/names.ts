import type { IntegerName, TypeItem } from '../../spec/model.ts';

/** AssemblyScript's integers; an address and a size are as wide as the memory's addresses. */
export const INTEGERS: Readonly<Record<IntegerName, string>> = {
  u8: 'u8',
  u16: 'u16',
  u32: 'u32',
  u64: 'u64',
  s64: 'i64',
};

/** Names of the specification that AssemblyScript takes for words of its own. */
const RESERVED = new Set(['async', 'in', 'private', 'protected', 'public', 'static']);

/** A name as identifier: one that starts with a digit gets a mark before it, a reserved word one behind it. */
export function identifier(name: string): string {
  if (RESERVED.has(name)) return `${name}_`;
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** Tells whether the values of a type are an enumeration in AssemblyScript, whose enumerations have 32 bits. */
export function isEnumeration(item: TypeItem | undefined): boolean {
  return (
    (item?.kind === 'enum' || item?.kind === 'flags') && item.integer !== 'u64' && item.values.length > 0
  );
}
