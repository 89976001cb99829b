import { readNumber, skipType } from './binary.ts';
import { FUNCTION_TYPE } from './binary-numbers.ts';
import type { VectorSection } from './module-edits.ts';
import { malformed } from './module-error.ts';

/**
 * The first byte of a type that is none of a function; `undefined` when there is none.
 *
 * @param types The section with the types.
 * @throws ModuleError
 */
export function otherType(module: Uint8Array, types: VectorSection): number | undefined {
  const bytes = module.subarray(0, types.end);
  let at = types.first;
  for (let index = 0; index < types.count; index++) {
    if (bytes[at] !== FUNCTION_TYPE) return at;
    at = skipTypes(bytes, skipTypes(bytes, at + 1));
  }
  return undefined;
}

/**
 * Counts the types of a module. A group of types that refer to each other would count as several.
 *
 * @throws ModuleError
 */
export function countTypes(module: Uint8Array, types: VectorSection): number {
  const other = otherType(module, types);
  if (other !== undefined) throw malformed(`type at byte ${other} is none of a function`);
  return types.count;
}

function skipTypes(bytes: Uint8Array, start: number): number {
  const [count, first] = readNumber(bytes, start);
  let at = first;
  for (let index = 0; index < count; index++) at = skipType(bytes, at);
  return at;
}
