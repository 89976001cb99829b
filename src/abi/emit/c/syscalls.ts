import type { CallItem, Spec, StructType, TypeUse } from '../../spec/model.ts';
import { comment, GENERATED_NOTICE } from '../names.ts';
import { callInC, declare, plainInC, typeInC } from './names.ts';

const HEAD = `${GENERATED_NOTICE}// The system calls of CloudABI, for C11, C++11 and later. A call returns CLOUDABI_ESUCCESS and stores its
// results behind its last parameters, or returns another error and leaves them as they were.

#ifndef CLOUDABI_SYSCALLS_H
#define CLOUDABI_SYSCALLS_H

#include <cloudabi_types.h>

// A WebAssembly program imports the calls from the module 'cloudabi'.
#ifdef __wasm32__
#define CLOUDABI_CALL(name) __attribute__((__import_module__("cloudabi"), __import_name__(#name)))
#else
#define CLOUDABI_CALL(name)
#endif

#define CLOUDABI_NORETURN __attribute__((__noreturn__))

#ifdef __cplusplus
extern "C" {
#endif
`;

const TAIL = `
#ifdef __cplusplus
}
#endif

#endif
`;

/** Emits `cloudabi_syscalls.h`: a function for each call, sorted by name. */
export function emitSyscallsInC(spec: Spec): string {
  const calls = [...spec.calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${HEAD}${calls.map((call) => `\n${emitCall(spec, call)}`).join('')}${TAIL}`;
}

/** The function for a call, as declared in C but without what follows the parameters. */
export function prototypeInC(spec: Spec, call: CallItem): string {
  return signature(call, callInC(call.name), [...parameters(spec, call), ...results(spec, call)]);
}

function emitCall(spec: Spec, call: CallItem): string {
  const described = [...call.inputs, ...call.outputs].map(
    ({ name, prose }) => `@param ${name} ${plainInC(spec, prose).replaceAll('\n\n', ' ')}`,
  );
  const text = [plainInC(spec, call.prose), described.join('\n')].filter((part) => part !== '').join('\n\n');
  const prototype = prototypeInC(spec, call);
  const offered = `CLOUDABI_CALL(${call.name})`;
  if (call.inputs.some(({ type }) => structOf(spec, type)))
    return emitByValue(spec, call, comment(text), prototype, offered);
  return `${comment(text)}${prototype} ${offered};\n`;
}

/**
 * A call that takes a structure as value. How compilers for WebAssembly pass one is no part of the ABI, so the
 * import takes its fields, and an inline function takes it apart.
 */
function emitByValue(spec: Spec, call: CallItem, text: string, prototype: string, offered: string): string {
  const parts: { parameter: string; value: string }[] = [];
  for (const { name, type } of call.inputs) {
    const struct = structOf(spec, type);
    const fields = struct?.fields ?? [];
    for (const field of fields) {
      const [parameter = ''] = declare(spec, `${name}_${field.name}`, field.type);
      parts.push({ parameter, value: `${name}.${field.name}` });
    }
    if (struct) continue;
    for (const parameter of declare(spec, name, type))
      parts.push({ parameter, value: parameter.replace(/^.*[ *]/, '') });
  }
  const name = `cloudabi_import_${call.name}`;
  const imported = signature(call, name, [
    ...parts.map(({ parameter }) => parameter),
    ...results(spec, call),
  ]);
  const passed = [...parts.map(({ value }) => value), ...call.outputs.map((output) => output.name)];
  return `#ifdef __wasm32__
${imported} ${offered};
${text}static inline ${prototype} {
  ${call.returns ? 'return ' : ''}${name}(${passed.join(', ')});
}
#else
${text}${prototype};
#endif
`;
}

/** The structure that is passed as value, if it is one. The specification has none with a range or a variant. */
function structOf(spec: Spec, type: TypeUse): StructType | undefined {
  const item = type.kind === 'named' ? spec.types.get(type.name) : undefined;
  return item?.kind === 'struct' ? item : undefined;
}

function parameters(spec: Spec, call: CallItem): string[] {
  return call.inputs.flatMap(({ name, type }) => declare(spec, name, type));
}

/** Lists the places of the results: an address for each, behind the arguments. */
function results(spec: Spec, call: CallItem): string[] {
  return call.outputs.flatMap(({ name, type }) => declare(spec, `*${name}`, type));
}

function signature(call: CallItem, name: string, parameters: readonly string[]): string {
  const head = call.returns ? `${typeInC('errno')} ${name}(` : `CLOUDABI_NORETURN void ${name}(`;
  const line = parameters.length === 0 ? 'void' : parameters.join(', ');
  return head.length + line.length <= 80
    ? `${head}${line})`
    : `${head}\n${parameters.map((parameter) => `    ${parameter}`).join(',\n')})`;
}
