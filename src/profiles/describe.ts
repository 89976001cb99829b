import { printable } from '../text/printable.ts';
import { findProfile, userFolder, userNames } from './find.ts';
import { shippedNames } from './shipped.ts';

/** Lists all profiles that are found by name, as lines for people. */
export function describeProfiles(): string {
  const lines = linesOf(shippedNames());
  const own = userNames();
  const folder = userFolder();
  if (folder !== undefined)
    lines.push(
      '',
      own.length === 0 ? printable(`Your own would lie in ${folder}.`) : printable(`Your own, in ${folder}:`),
    );
  return `${[...lines, ...linesOf(own)].join('\n')}\n`;
}

function linesOf(names: readonly string[]): string[] {
  const width = Math.max(0, ...names.map(({ length }) => length));
  return names.map((name) => `${name.padEnd(width)}  ${printable(sentenceOf(name))}`);
}

/** The first sentence of the comment that a profile begins with, or why it cannot be read. */
function sentenceOf(name: string): string {
  const found = findProfile(name, '/');
  if (typeof found === 'string') return found;
  const lines = found.text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('#'));
  if (first < 0) return '';
  const length = lines.slice(first).findIndex((line) => !line.startsWith('#'));
  const comment = lines
    .slice(first, length < 0 ? undefined : first + length)
    .map((line) => line.slice(1).trim())
    .join(' ');
  return /^.*?\.(?= |$)/.exec(comment)?.[0] ?? comment;
}
