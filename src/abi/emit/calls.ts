import type { Call, CallArgument, CallGuard, CallWord } from '../call.ts';
import type { ArgumentItem, CallItem, Condition, FieldPath, Guard, Spec, TypeUse } from '../spec/model.ts';
import { comment, GENERATED_NOTICE, key, lengthName, literal, plain, typeName } from './names.ts';

/**
 * Emits `calls.ts`: the table of calls and the interface of their implementation. The calls are sorted by name; their
 * index is their number where calls have numbers.
 */
export function emitCalls(spec: Spec): string {
  const calls = [...spec.calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  let text = `${GENERATED_NOTICE}\nimport type { Call } from '../call.ts';\nimport type { Errno } from './constants.ts';\n`;
  text += `\n/** The name of a call. */\nexport type CallName =\n${calls.map(({ name }) => `  | ${literal(name)}`).join('\n')};\n`;
  text += '\n/** All calls, sorted by name; the index of a call is its number. */\n';
  text += `export const calls: readonly (Call & { readonly name: CallName })[] = ${show(
    calls.map((call) => callData(spec, call)),
    '',
  )};\n`;
  for (const call of calls) text += emitResults(spec, call);
  text += `
/**
 * The implementation of the calls, after the arguments have been taken apart: integers of up to 32 bits, sizes and
 * addresses are numbers, wider integers bigints; a range is an address and a count, a structure passed as value its
 * fields. Results go into an object that the caller makes once and uses again; it is meaningful if the call returns
 * \`Errno.success\`.
 */
export interface Calls {
`;
  text += calls.map((call) => emitMethod(spec, call)).join('\n');
  return `${text}}\n`;
}

/** A call as data, the same as in the generated table. */
export function callData(spec: Spec, call: CallItem): Call {
  return {
    name: call.name,
    returns: call.returns,
    inputs: call.inputs.map((argument) => argumentData(spec, argument)),
    outputs: call.outputs.map((argument) => argumentData(spec, argument)),
    needs: call.needs.map(({ descriptor, set, quantity, rights, guard }) => ({
      descriptor: showPath(descriptor),
      set,
      quantity,
      rights: rights.map(({ name }) => name),
      ...guardData(guard),
    })),
    bounds: call.bounds.map(({ value, descriptor, set, guard }) => ({
      value: showPath(value),
      descriptor: showPath(descriptor),
      set,
      ...guardData(guard),
    })),
    failures: call.failures.map(({ error }) => error),
  };
}

/** A type in the notation of the specification. */
export function showType(type: TypeUse): string {
  if (type.kind === 'array') return `${showType(type.of)} * ${type.length}`;
  if (type.kind === 'pointer')
    return `&${type.access === 'read' ? '' : `${type.access} `}${showType(type.to)}`;
  if (type.kind === 'range')
    return `[${type.access === 'read' ? '' : `${type.access} `}${showType(type.of)}]`;
  return type.name;
}

function argumentData(spec: Spec, { name, type, only }: ArgumentItem): CallArgument {
  const data = { name, type: showType(type), words: wordsOf(spec, name, type) };
  return only.length === 0 ? data : { ...data, only: only.map((value) => value.name) };
}

function guardData({ when, unless }: Guard): CallGuard {
  const show = ({ subject, test, anyOf }: Condition) => ({
    subject: showPath(subject),
    test,
    anyOf: anyOf.map(({ name }) => name),
  });
  return {
    ...(when.length === 0 ? {} : { when: when.map(show) }),
    ...(unless.length === 0 ? {} : { unless: unless.map(show) }),
  };
}

function showPath(path: FieldPath): string {
  return path.names.join('.');
}

/** The words that are passed for an argument; a structure passed as value is passed field by field. */
export function wordsOf(spec: Spec, name: string, type: TypeUse): CallWord[] {
  if (type.kind === 'pointer' || type.kind === 'array') return [{ name, word: 'address' }];
  if (type.kind === 'range') {
    return [
      { name, word: 'address' },
      { name: lengthName(name), word: 'size' },
    ];
  }
  if (type.kind === 'primitive') {
    return [{ name, word: type.name === 'char' || type.name === 'void' ? 'u8' : type.name }];
  }
  const item = spec.types.get(type.name);
  if (item === undefined || item.kind === 'entry') return [{ name, word: 'address' }];
  if (item.kind !== 'struct') return [{ name, word: item.integer }];
  return item.fields.flatMap((field) => wordsOf(spec, `${name}_${field.name}`, field.type));
}

function emitResults(spec: Spec, call: CallItem): string {
  if (call.outputs.length === 0) return '';
  const fields = call.outputs.map(({ name, type, prose }) => {
    const [first] = wordsOf(spec, name, type);
    return `${comment(plain(prose), '  ')}  ${key(name)}: ${scalar(first)};\n`;
  });
  return `\n/** Results of \`${call.name}\`. */\nexport interface ${typeName(call.name)}Results {\n${fields.join('')}}\n`;
}

function emitMethod(spec: Spec, call: CallItem): string {
  const words = call.inputs.flatMap(({ name, type }) => wordsOf(spec, name, type));
  const parameters = words.map((word) => `${identifier(word.name)}: ${scalar(word)}`);
  if (call.outputs.length > 0) parameters.push(`results: ${typeName(call.name)}Results`);
  const inputs = call.inputs.map(
    ({ name, prose }) => `@param ${identifier(name)} ${plain(prose).replaceAll('\n\n', ' ')}`,
  );
  const text = [plain(call.prose), inputs.join('\n')].filter((part) => part !== '').join('\n\n');
  return `${comment(text, '  ')}  ${call.name}(${parameters.join(', ')}): ${call.returns ? 'Errno' : 'never'};\n`;
}

function scalar(word: CallWord | undefined): string {
  return word?.word === 'u64' || word?.word === 's64' ? 'bigint' : 'number';
}

/** A name as parameter: the one name that TypeScript reserves gets a mark behind it. */
function identifier(name: string): string {
  return name === 'in' ? 'in_' : name;
}

/** Data as TypeScript, objects on one line where they fit. */
function show(value: unknown, indent: string): string {
  if (typeof value === 'string') return literal(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  const list = Array.isArray(value);
  const parts = list
    ? value.map((element) => show(element, inner))
    : Object.entries(value).map(([name, part]) => `${key(name)}: ${show(part, inner)}`);
  if (parts.length === 0) return list ? '[]' : '{}';
  const line = list ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  if (line.length + indent.length <= 100 && !line.includes('\n')) return line;
  const body = parts.map((part) => `${inner}${part},\n`).join('');
  return list ? `[\n${body}${indent}]` : `{\n${body}${indent}}`;
}
