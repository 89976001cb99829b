import type { Prose, Spec, TypeUse } from '../../spec/model.ts';
import { paragraphs } from '../../spec/model.ts';
import { showType } from '../calls.ts';
import { replaceReferences } from '../names.ts';

/**
 * The anchor of something in the manual. Types and calls have that of their heading; what belongs to one is
 * joined with a hyphen, which no name contains.
 */
export function anchorOf(...names: readonly string[]): string {
  return names.join('-');
}

/** A place that links can lead to, before the text in a cell. */
export function target(...names: readonly string[]): string {
  return `<a id="${anchorOf(...names)}"></a>`;
}

/** A name as code that leads to where it is explained. */
export function linkTo(text: string, ...names: readonly string[]): string {
  return `[\`${text}\`](#${anchorOf(...names)})`;
}

/** A type in the notation of the specification, leading to the declared type in it. */
export function linkType(type: TypeUse): string {
  const name = typeBehind(type);
  return name === undefined ? `\`${showType(type)}\`` : linkTo(showType(type), name);
}

/** The name of the declared type that a type is made of. */
export function typeBehind(type: TypeUse): string | undefined {
  if (type.kind === 'primitive') return undefined;
  if (type.kind === 'named') return type.name;
  return typeBehind(type.kind === 'pointer' ? type.to : type.of);
}

/** The paragraphs of a prose, with its references as links. */
export function linkProse(spec: Spec, prose: Prose): string[] {
  return paragraphs(prose).map((text) =>
    replaceReferences(verbatim(text), (reference) => {
      const names = reference.split('.');
      const [first = ''] = names;
      // Arguments and entries have no anchors of their own.
      const whole = spec.calls.has(first) || spec.types.get(first)?.kind === 'entry';
      return linkTo(reference, ...(whole ? [first] : names));
    }),
  );
}

/** The prose on one line, for a cell of a table or an element of a list. */
export function linkLine(spec: Spec, prose: Prose): string {
  return linkProse(spec, prose).join(' ');
}

/** A table. Its cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}

/** Words joined as in a sentence: `a, b and c`. */
export function joinWords(words: readonly string[], conjunction: 'and' | 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** Text that Markdown leaves as it is, except within backticks, where nothing needs to be escaped. */
function verbatim(text: string): string {
  return text.replaceAll(/`[^`]*`|[\\*<>|]/g, (part) => (part.startsWith('`') ? part : `\\${part}`));
}
