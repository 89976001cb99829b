import { type Prose, paragraphs } from '../spec/model.ts';

/** The first line of every generated file. */
export const GENERATED_NOTICE: string =
  '// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.\n';

/** The name of a type in TypeScript: `recv_in` becomes `RecvIn`. */
export function typeName(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A name in mixed case that starts small: `fs_rights_base` becomes `fsRightsBase`. */
export function memberName(name: string): string {
  const upper = typeName(name);
  return upper.slice(0, 1).toLowerCase() + upper.slice(1);
}

/** A name as key of an object literal: quoted only if it has to be. */
export function key(name: string): string {
  return /^[a-z_]/.test(name) ? name : `'${name}'`;
}

/** The name of a range's second word: how many elements it has. */
export function lengthName(name: string): string {
  return `${name}_len`;
}

/** A text as TypeScript string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The prose as plain sentences: references lose their braces. */
export function plain(prose: Prose): string {
  return paragraphs(prose)
    .map((text) => replaceReferences(text, (reference) => `\`${reference}\``))
    .join('\n\n');
}

/** Puts something in the place of each reference `{name}` of a text. */
export function replaceReferences(text: string, show: (reference: string) => string): string {
  return text.replaceAll(/\{([a-z0-9_.]+)\}/g, (_, reference: string) => show(reference));
}

/** A documentation comment, wrapped, with the given indentation; nothing for an empty text. */
export function comment(text: string, indent = ''): string {
  const lines = text.split('\n').flatMap((paragraph) => wrap(paragraph, 105 - indent.length));
  if (text === '') return '';
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
