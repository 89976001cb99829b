import type { Spec } from '../../spec/model.ts';
import { GENERATED_NOTICE } from '../names.ts';

/** Emits `calls.inc` of the native start code: a macro call for each system call, sorted by name. */
export function emitNativeCalls(spec: Spec): string {
  const names = [...spec.calls.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  return `${GENERATED_NOTICE}// The system calls that an executable looks up in the vDSO.
${names.map((name) => `CALL(${name})\n`).join('')}`;
}
