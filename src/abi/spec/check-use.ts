import { SpecError, type SpecPosition } from './error.ts';
import type { Spec, TypeUse } from './model.ts';

/** @throws {SpecError} at the first name that occurs a second time. */
export function checkUnique(names: readonly (readonly [string, SpecPosition])[]): void {
  const lines = new Map<string, number>();
  for (const [name, position] of names) {
    const line = lines.get(name);
    if (line !== undefined) throw new SpecError(`Name '${name}' is already taken in line ${line}`, position);
    lines.set(name, position.line);
  }
}

/** @throws {SpecError} if a type is not known, or is a function that does not stand behind an address. */
export function checkUse(spec: Spec, type: TypeUse): void {
  if (type.kind === 'pointer') checkKnown(spec, type.to);
  else if (type.kind === 'range' || type.kind === 'array') checkInPlace(spec, type.of);
  else checkInPlace(spec, type);
}

function checkInPlace(spec: Spec, type: TypeUse): void {
  if (checkKnown(spec, type) === 'entry' && type.kind === 'named') {
    throw new SpecError(`Function '${type.name}' has no size, wanted it behind '&'`, type);
  }
}

function checkKnown(spec: Spec, type: TypeUse): string | undefined {
  if (type.kind !== 'named') return undefined;
  const item = spec.types.get(type.name);
  if (item === undefined) throw new SpecError(`Unknown type '${type.name}'`, type);
  return item.kind;
}
