import type { CallWord } from '../call.ts';
import { extentOf, type PointerSize } from '../layout.ts';
import type { ArgumentItem, CallItem, IntegerType, Spec, TypeUse } from '../spec/model.ts';
import { INTEGER_SIZES } from '../spec/types.ts';
import { callData } from './calls.ts';
import { GENERATED_NOTICE, literal, typeName } from './names.ts';

const POINTER: PointerSize = 4;

const HEAD = `${GENERATED_NOTICE}// Calls of wasm32 programs on their way to the implementation: see docs/abi.md, "Calls from WebAssembly".

import { accepts, type CallMemory, checkPlace, checkRange } from '../dispatch.ts';
import type { CallName, Calls } from './calls.ts';
import { Errno } from './constants.ts';
`;

/**
 * Emits `dispatch32.ts`: for each call a function that takes the words of a wasm32 program, refuses arguments
 * that no call accepts, calls the method of `Calls` and stores the results.
 */
export function emitDispatch(spec: Spec): string {
  const calls = [...spec.calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const tables = new Map<string, string>();
  const functions = calls.map((call) => emitFunction(spec, call, tables)).join('');
  const results = calls
    .filter(({ outputs }) => outputs.length > 0)
    .map(
      (call) =>
        `  const ${call.name}_results = { ${call.outputs.map((output) => zero(spec, output)).join(', ')} };\n`,
    );
  return `${HEAD}
${[...tables].map(([name, values]) => `const ${name} = accepts([${values}]);\n`).join('')}
/**
 * The functions that a wasm32 program imports, by name.
 *
 * @param misuse Ends the program: a call that does not return was given an argument that no call accepts.
 */
export function dispatch32(
  memory: CallMemory,
  calls: Calls,
  misuse: () => never,
): Record<CallName, (...words: never[]) => number> {
${results.join('')}  return {
${functions}  };
}
`;
}

function zero(spec: Spec, { name, type }: ArgumentItem): string {
  return `${name}: ${extentOf(spec, type, POINTER).size === 8 ? '0n' : '0'}`;
}

function emitFunction(spec: Spec, call: CallItem, tables: Map<string, string>): string {
  const words = callData(spec, call).inputs.flatMap((input) => input.words);
  const places = call.outputs.map(({ name }) => `${name}_at`);
  const parameters = [
    ...words.map((word) => `${identifier(word.name)}: ${isWide(word) ? 'bigint' : 'number'}`),
    ...places.map((place) => `${place}: number`),
  ];
  const checks = [
    ...call.inputs.flatMap((input) => checksOf(spec, input.name, input.type, input, tables)),
    ...call.outputs.map(({ name, type }) => placeCheck(spec, `${name}_at`, type)),
  ];
  const values = [...words.map(passed), ...(call.outputs.length > 0 ? [`${call.name}_results`] : [])];
  let body =
    call.returns && checks.some((check) => check.includes('error')) ? '      let error: Errno;\n' : '';
  body += checks.map((check) => `      ${call.returns ? check : orMisuse(check)}\n`).join('');
  const act = `calls.${call.name}(${values.join(', ')})`;
  if (call.outputs.length === 0)
    return `    ${call.name}(${parameters.join(', ')}): number {\n${body}      return ${act};\n    },\n`;
  body += `      const outcome = ${act};\n      if (outcome !== Errno.success) return outcome;\n`;
  body += call.outputs.map((output) => `      ${store(spec, call, output)}\n`).join('');
  return `    ${call.name}(${parameters.join(', ')}): number {\n${body}      return Errno.success;\n    },\n`;
}

/** The lines that refuse forbidden values of an argument. */
function checksOf(
  spec: Spec,
  name: string,
  type: TypeUse,
  { only }: Pick<ArgumentItem, 'only'>,
  tables: Map<string, string>,
): string[] {
  const word = identifier(name);
  if (type.kind === 'pointer') {
    // Nothing is read or written behind the address of untyped memory without a length.
    return extentOf(spec, type.to, POINTER).size === 0 && !isEntry(spec, type.to)
      ? []
      : [placeCheck(spec, word, type.to)];
  }
  if (type.kind === 'range') {
    const { size, alignment } = extentOf(spec, type.of, POINTER);
    return [
      check(`checkRange(memory, ${word} >>> 0, ${name}_len >>> 0, ${Math.max(1, size)}, ${alignment})`),
    ];
  }
  if (type.kind !== 'named') return [];
  const item = spec.types.get(type.name);
  if (item === undefined || item.kind === 'entry') return [];
  if (item.kind === 'struct') {
    return item.fields.flatMap((field) =>
      checksOf(spec, `${name}_${field.name}`, field.type, { only: [] }, tables),
    );
  }
  const refused = valueTest(
    item,
    word,
    only.map((value) => value.name),
    tables,
  );
  return refused === undefined ? [] : [`if (${refused}) return Errno.inval;`];
}

/** The condition under which an integer has a value that its type does not; `undefined` if there is no such value. */
function valueTest(
  { kind, name, integer, values }: IntegerType,
  word: string,
  only: readonly string[],
  tables: Map<string, string>,
): string | undefined {
  if (kind === 'flags' && integer !== 'u64') {
    const all = values.reduce((mask, { value }) => mask | value, 0n);
    return all === 0n ? `${word} !== 0` : `(${word} & ~${all}) !== 0`;
  }
  if (kind === 'enum') {
    const accepted = only.length === 0 ? values : values.filter((value) => only.includes(value.name));
    const table = only.length === 0 ? name : [name, ...only].join('_');
    tables.set(`known_${table}`, accepted.map(({ value }) => value).join(', '));
    return `known_${table}[${word} >>> 0] !== 1`;
  }
  return INTEGER_SIZES[integer] < 4 ? `${word} >>> 0 >= ${2 ** (8 * INTEGER_SIZES[integer])}` : undefined;
}

function placeCheck(spec: Spec, word: string, type: TypeUse): string {
  const { size, alignment } = extentOf(spec, type, POINTER);
  return check(`checkPlace(memory, ${word} >>> 0, ${size}, ${alignment})`);
}

function check(call: string): string {
  return `if ((error = ${call}) !== Errno.success) return error;`;
}

/** The same check where there is no way to answer. */
function orMisuse(check: string): string {
  return check.replace(/\(error = (.*)\) !==/, '$1 !==').replace(/return .*;$/, 'return misuse();');
}

function isEntry(spec: Spec, type: TypeUse): boolean {
  return type.kind === 'named' && spec.types.get(type.name)?.kind === 'entry';
}

/** A word as the method takes it: unsigned, except where the type has a sign. */
function passed(word: CallWord): string {
  const name = identifier(word.name);
  if (word.word === 's64') return name;
  return word.word === 'u64' ? `BigInt.asUintN(64, ${name})` : `${name} >>> 0`;
}

function store(spec: Spec, { name: call }: CallItem, { name, type }: ArgumentItem): string {
  const value = `${call}_results.${name}`;
  const at = `${name}_at >>> 0`;
  const { size } = extentOf(spec, type, POINTER);
  if (size === 8) return `memory.setLong(${at}, ${value});`;
  if (size !== 4)
    throw new Error(`A result of ${size} bytes, ${literal(typeName(name))}, is not provided for`);
  return `memory.view.setUint32(${at}, ${value}, true);`;
}

function isWide({ word }: CallWord): boolean {
  return word === 'u64' || word === 's64';
}

function identifier(name: string): string {
  return name === 'in' ? 'in_' : name;
}
