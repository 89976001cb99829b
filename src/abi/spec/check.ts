import { checkCall } from './check-call.ts';
import { checkProse, requireProse } from './check-prose.ts';
import { checkUnique, checkUse } from './check-use.ts';
import { SpecError } from './error.ts';
import type { IntegerType, Spec, StructType, TypeUse, ValueItem } from './model.ts';
import { integerType, membersOf } from './resolve.ts';
import { INTEGER_SIZES } from './types.ts';

/** @throws {SpecError} at the first thing that is not described, not unique, not known or does not fit. */
export function checkSpec(spec: Spec): void {
  for (const chapter of spec.chapters) {
    checkProse(spec, chapter.prose);
    for (const item of chapter.items) {
      requireProse(spec, item.name, item);
      if (item.kind === 'call') checkCall(spec, item);
      else if (item.kind === 'struct') checkStruct(spec, item);
      else if (item.kind === 'entry') {
        checkUnique(item.inputs.map((input) => [input.name, input]));
        for (const input of item.inputs) {
          requireProse(spec, `${item.name}.${input.name}`, input);
          checkUse(spec, input.type);
        }
      } else checkInteger(spec, item);
    }
  }
}

function checkInteger(spec: Spec, type: IntegerType): void {
  checkUnique(type.values.map((value) => [value.name, value]));
  const signed = type.integer === 's64';
  const limit = 1n << BigInt(INTEGER_SIZES[type.integer] * 8 - (signed ? 1 : 0));
  const seen: ValueItem[] = [];
  for (const value of type.values) {
    requireProse(spec, `${type.name}.${value.name}`, value);
    if (value.value >= limit)
      throw new SpecError(`Value ${value.value} does not fit '${type.integer}'`, value);
    if (type.kind === 'flags') checkFlag(type, value, seen);
    if (type.kind === 'enum') {
      const other = seen.find((earlier) => earlier.value === value.value);
      if (other) throw new SpecError(`Value ${value.value} is already that of '${other.name}'`, value);
    }
    for (const { name, argument, line, column } of value.attributes) {
      if (name !== 'implies') continue;
      if (!type.values.some((other) => other.name === argument)) {
        throw new SpecError(`Unknown value '${argument ?? ''}' of '${type.name}'`, { line, column });
      }
    }
    seen.push(value);
  }
}

function checkFlag(type: IntegerType, flag: ValueItem, seen: readonly ValueItem[]): void {
  if (flag.value === 0n) throw new SpecError(`Flag '${flag.name}' has no bit`, flag);
  const other = seen.find((earlier) => (earlier.value & flag.value) !== 0n);
  if (other) throw new SpecError(`Flag '${flag.name}' overlaps '${other.name}'`, flag);
  // The halves of 64-bit flags are compared with bitwise operators, which take bit 31 for the sign.
  if (type.integer === 'u64' && (flag.value & 0x8000_0000_8000_0000n) !== 0n) {
    throw new SpecError(`Flag '${flag.name}' is the topmost bit of a half, wanted another one`, flag);
  }
}

function checkStruct(spec: Spec, struct: StructType): void {
  const members = membersOf(struct);
  if (members.length === 0) throw new SpecError(`Structure '${struct.name}' is empty`, struct);
  checkUnique(members.map(([name, , position]) => [name, position]));
  for (const [name, member] of members) {
    const fields = member.kind === 'field' ? [member.field] : member.fields;
    checkUnique(fields.map((field) => [field.name, field]));
    for (const field of fields) {
      requireProse(spec, `${struct.name}.${name}`, field);
      checkUse(spec, field.type);
      if (contains(spec, field.type, struct.name, new Set())) {
        throw new SpecError(`Structure '${struct.name}' contains itself`, field);
      }
    }
  }
  if (struct.variant === undefined) return;
  const { by, cases } = struct.variant;
  const tag = struct.fields.find((field) => field.name === by);
  const type = tag && integerType(spec, tag.type);
  if (type?.kind !== 'enum')
    throw new SpecError(`Variant is chosen by '${by}', wanted a field with an enum`, struct.variant);
  checkUnique(cases.flatMap((item) => item.tags.map((name) => [name, item] as const)));
  for (const item of cases) {
    const unknown = item.tags.find((name) => !type.values.some((value) => value.name === name));
    if (unknown !== undefined) throw new SpecError(`Unknown value '${unknown}' of '${type.name}'`, item);
  }
}

/** Tells whether a type holds a structure in place. `seen` are the structures that have been looked into. */
function contains(spec: Spec, type: TypeUse, name: string, seen: Set<string>): boolean {
  if (type.kind === 'array') return contains(spec, type.of, name, seen);
  if (type.kind !== 'named') return false;
  if (type.name === name) return true;
  const item = spec.types.get(type.name);
  if (item?.kind !== 'struct' || seen.has(type.name)) return false;
  seen.add(type.name);
  return membersOf(item).some(([, member]) =>
    (member.kind === 'field' ? [member.field] : member.fields).some((field) =>
      contains(spec, field.type, name, seen),
    ),
  );
}
