import type { CallWord } from '../../call.ts';
import type { CallItem, Prose, Spec } from '../../spec/model.ts';
import { wordsOf } from '../calls.ts';
import { comment, GENERATED_NOTICE, plain } from '../names.ts';
import { INTEGERS, identifier } from './names.ts';

/** The file of the constants, as a literal in what is emitted: nothing here imports it. */
const CONSTANTS = "'./constants'";

const HEAD = `${GENERATED_NOTICE}// The system calls of CloudABI, for AssemblyScript. A call returns Errno.success and stores its results at the
// addresses of its last parameters, or returns another error and leaves them as they were.

import { Errno } from ${CONSTANTS};
`;

/** Emits an imported function for each call, sorted by name. A structure is passed as value by its fields. */
export function emitCallsInAssemblyScript(spec: Spec): string {
  const calls = [...spec.calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${HEAD}${calls.map((call) => `\n${emitCall(spec, call)}`).join('')}`;
}

function emitCall(spec: Spec, call: CallItem): string {
  const words = call.inputs.flatMap(({ name, type }) => wordsOf(spec, name, type));
  const parameters = [
    ...words.map((word) => `${identifier(word.name)}: ${integer(word)}`),
    ...call.outputs.map(({ name }) => `${name}_at: usize`),
  ];
  const describe = (name: string, prose: Prose) => `@param ${name} ${plain(prose).replaceAll('\n\n', ' ')}`;
  const described = [
    ...call.inputs.map(({ name, prose }) => describe(identifier(name), prose)),
    ...call.outputs.map(({ name, prose }) => describe(`${name}_at`, prose)),
  ];
  const text = [plain(call.prose), described.join('\n')].filter((part) => part !== '').join('\n\n');
  const result = call.returns ? 'Errno' : 'void';
  return `${comment(text)}// @ts-ignore: decorator
@external('cloudabi', '${call.name}')
export declare function ${call.name}(${parameters.join(', ')}): ${result};
`;
}

function integer({ word }: CallWord): string {
  return word === 'address' || word === 'size' ? 'usize' : INTEGERS[word];
}
