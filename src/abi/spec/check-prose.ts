import { SpecError, type SpecPosition } from './error.ts';
import type { Prose, Spec } from './model.ts';
import { membersOf } from './resolve.ts';

/** @throws {SpecError} if an item has no prose, or its prose names something that does not exist. */
export function requireProse(spec: Spec, name: string, item: SpecPosition & { readonly prose: Prose }): void {
  if (item.prose.every(({ text }) => text === '')) throw new SpecError(`'${name}' has no description`, item);
  checkProse(spec, item.prose);
}

/** @throws {SpecError} if a reference in prose, `{name}` or `{name.part}`, names nothing that is declared. */
export function checkProse(spec: Spec, prose: Prose): void {
  for (const { text, line, column } of prose) {
    for (const match of text.matchAll(/\{([^{}]*)\}|[{}]/g)) {
      const position = { line, column: column + match.index };
      const reference = match[1];
      if (reference === undefined) throw new SpecError('Unpaired brace in prose', position);
      if (!refers(spec, reference.split('.')))
        throw new SpecError(`Reference '{${reference}}' names nothing that is declared`, position);
    }
  }
}

function refers(spec: Spec, names: readonly string[]): boolean {
  const [first = '', second, third, ...more] = names;
  if (more.length > 0) return false;
  const call = spec.calls.get(first);
  const type = spec.types.get(first);
  if (second === undefined) return call !== undefined || type !== undefined;
  if (call)
    return third === undefined && [...call.inputs, ...call.outputs].some(({ name }) => name === second);
  if (type === undefined || type.kind === 'entry') return false;
  if (type.kind !== 'struct') return third === undefined && type.values.some(({ name }) => name === second);
  const member = membersOf(type).find(([name]) => name === second)?.[1];
  if (third === undefined) return member !== undefined;
  return member?.kind === 'group' && member.fields.some(({ name }) => name === third);
}
