import type { CallWord } from '../../call.ts';
import type { ArgumentItem, CallItem, Spec } from '../../spec/model.ts';
import { prototypeInC } from '../c/syscalls.ts';
import { wordsOf } from '../calls.ts';
import { joinWords, linkLine, linkProse, linkTo, linkType, table, typeBehind } from './links.ts';
import { showGuard, showPath, showRights, showSet } from './rules.ts';

/** The section of a call: purpose, arguments, results, rights, errors and corner cases. */
export function emitCall(spec: Spec, call: CallItem): string {
  const parts = [`### \`${call.name}\``, ...linkProse(spec, call.prose)];
  parts.push(`\`\`\`c\n${prototypeInC(spec, call).replace('CLOUDABI_NORETURN ', '')};\n\`\`\``);
  parts.push(`Imported by WebAssembly as \`${importOf(spec, call)}\`.`);
  const rows = [
    ...call.inputs.map((argument) => argumentRow(spec, argument, 'in')),
    ...call.outputs.map((argument) => argumentRow(spec, argument, 'out')),
  ];
  if (rows.length > 0) parts.push(table(['', 'name', 'type', 'meaning'], rows));
  if (!call.returns) parts.push('It does not return.');
  const rights = rightsOf(spec, call);
  parts.push(rights.length === 0 ? 'It needs no right.' : `Rights:\n\n${bullets(rights)}`);
  const errors = call.failures.map(
    ({ error, prose }) => `${linkTo(error, 'errno', error)}: ${linkLine(spec, prose)}`,
  );
  if (errors.length > 0) parts.push(`Errors, besides [those of every call](#basics):\n\n${bullets(errors)}`);
  const edges = call.edges.map((prose) => linkLine(spec, prose));
  if (edges.length > 0) parts.push(`Corner cases:\n\n${bullets(edges)}`);
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

function argumentRow(spec: Spec, { name, type, prose, only }: ArgumentItem, direction: string): string[] {
  const values = only.map((value) => linkTo(value.name, typeBehind(type) ?? '', value.name));
  const limit = values.length === 0 ? '' : `, only ${joinWords(values, 'or')}`;
  return [direction, `\`${name}\``, `${linkType(type)}${limit}`, linkLine(spec, prose)];
}

/** The function as WebAssembly sees it: words of 32 or 64 bits, then an address for each result. */
function importOf(spec: Spec, call: CallItem): string {
  const words = call.inputs.flatMap(({ name, type }) => wordsOf(spec, name, type));
  const show = ({ name, word }: CallWord) => `${name}: ${word === 'u64' || word === 's64' ? 'i64' : 'i32'}`;
  const parameters = [...words.map(show), ...call.outputs.map(({ name }) => `${name}: i32`)];
  return `${call.name}(${parameters.join(', ')})${call.returns ? ' -> i32' : ''}`;
}

function rightsOf(spec: Spec, call: CallItem): string[] {
  const needs = call.needs.map((need) => {
    const guard = showGuard(spec, call, need.guard);
    const text = `${showSet(need.descriptor, need.set)}: ${showRights(need)}${guard && ` ${guard}`}`;
    return need.prose.length === 0 ? text : `${text}. ${linkLine(spec, need.prose)}`;
  });
  const bounds = call.bounds.map((bound) => {
    const guard = showGuard(spec, call, bound.guard);
    const whose = bound.set === 'base' ? 'rights of' : 'inheriting rights of';
    return `${showPath(bound.value)} must lie within the ${whose} ${showPath(bound.descriptor)}${guard && ` ${guard}`}`;
  });
  return [...needs, ...bounds];
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}\n`).join('');
}
