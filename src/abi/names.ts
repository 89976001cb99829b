/**
 * The name of a value for people, from one of the generated tables: `nameOf(errnoNames, 8)` is `'badf'`.
 * A value without a name is given as a decimal number.
 */
export function nameOf<T extends number | bigint>(names: ReadonlyMap<T, string>, value: T): string {
  return names.get(value) ?? `${value}`;
}

/**
 * The names of all bits in a set of flags, from one of the generated tables, in ascending order:
 * `namesOf(oflagsNames, 5)` is `['creat', 'excl']`. Bits without a name come last, as one hexadecimal number.
 */
export function namesOf<T extends number | bigint>(names: ReadonlyMap<T, string>, flags: T): string[] {
  const result: string[] = [];
  let rest = BigInt(flags);
  for (const [bit, name] of names) {
    if ((rest & BigInt(bit)) === 0n) continue;
    result.push(name);
    rest &= ~BigInt(bit);
  }
  if (rest !== 0n) result.push(`0x${rest.toString(16)}`);
  return result;
}
