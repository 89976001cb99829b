import { emitCallsInAssemblyScript } from './emit/assemblyscript/calls.ts';
import { emitConstantsInAssemblyScript } from './emit/assemblyscript/constants.ts';
import { emitLayoutsInAssemblyScript } from './emit/assemblyscript/layouts.ts';
import { emitNativeCalls } from './emit/c/native-calls.ts';
import { emitSyscallsInC } from './emit/c/syscalls.ts';
import { emitTypesInC } from './emit/c/types.ts';
import { emitCalls } from './emit/calls.ts';
import { emitConstants } from './emit/constants.ts';
import { emitDispatch } from './emit/dispatch.ts';
import { emitMarkdown } from './emit/markdown.ts';
import { emitStructs } from './emit/structs.ts';
import { parseSpec } from './spec/parse.ts';

/**
 * Everything that is generated from a specification: the path below the root of the project and the text of
 * each file.
 *
 * @throws {SpecError} if the text is no valid specification.
 */
export function generate(specification: string): ReadonlyMap<string, string> {
  const spec = parseSpec(specification);
  return new Map([
    ['src/abi/generated/constants.ts', emitConstants(spec)],
    ['src/abi/generated/structs.ts', emitStructs(spec)],
    ['src/abi/generated/calls.ts', emitCalls(spec)],
    ['src/abi/generated/dispatch32.ts', emitDispatch(spec)],
    ['sdk/c/include/cloudabi_types.h', emitTypesInC(spec)],
    ['sdk/c/include/cloudabi_syscalls.h', emitSyscallsInC(spec)],
    ['sdk/native/calls.inc', emitNativeCalls(spec)],
    ['sdk/assemblyscript/abi/constants.ts', emitConstantsInAssemblyScript(spec)],
    ['sdk/assemblyscript/abi/layouts.ts', emitLayoutsInAssemblyScript(spec)],
    ['sdk/assemblyscript/abi/calls.ts', emitCallsInAssemblyScript(spec)],
    ['docs/abi-reference.md', emitMarkdown(spec)],
  ]);
}
