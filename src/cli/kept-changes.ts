import { isTerminal } from '../host/files/terminal.ts';
import type { KeptOverlay } from '../process/kept-overlay.ts';
import { printError } from './output.ts';

/** Tells a user at a terminal that changes were kept aside, with a line for each directory. */
export function tellKept(overlays: readonly KeptOverlay[]): void {
  if (!isTerminal(2)) return;
  for (const { id, directory, counts } of overlays) {
    const words =
      counts === undefined
        ? 'too many changes to count'
        : countWords(counts.changed, counts.created, counts.deleted);
    printError(`${directory} is as it was; ${words} kept aside: see 'cloudabi changes ${id}'`);
  }
}

/** Counts changes in words: `3 changed, 1 created`. */
export function countWords(changed: number, created: number, deleted: number): string {
  const parts = [
    [changed, 'changed'],
    [created, 'created'],
    [deleted, 'deleted'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return words.length === 0 ? 'no changes' : words.join(', ');
}
