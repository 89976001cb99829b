import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExitReason } from '../../../src/index.ts';
import type { Scene } from '../frame/scene.ts';

/** Nothing takes longer, in milliseconds. */
export const LONGEST = 20_000;

const JOURNAL = 'what was written before\n';

/** Where the file lies that may only grow. */
export const journalOf = ({ ROOT }: Scene): string => join(ROOT, 'journal');

/**
 * Adds to the folders what attempts of guests find there: in `work` the links `link` and `file-link` to the secret,
 * beside it the link `a-link` and the journal.
 */
export function furnish(scene: Scene): void {
  symlinkSync('../secret', join(scene.WORK, 'link'));
  symlinkSync('../secret/file', join(scene.WORK, 'file-link'));
  symlinkSync('nowhere', join(scene.ROOT, 'a-link'));
  writeFileSync(journalOf(scene), JOURNAL);
}

/** What is wrong with the journal: it may only have grown. */
export function journalFindings(scene: Scene): string[] {
  return readFileSync(journalOf(scene), 'utf8').startsWith(JOURNAL) ? [] : ['the journal has not only grown'];
}

/** How a program ended, in one word, for when it has not said itself what it met. */
export function endOf(reason: ExitReason): string {
  switch (reason.kind) {
    case 'exited':
      return `status-${reason.code}`;
    case 'signaled':
      return reason.signal;
    case 'limit':
      return `limit-${reason.limit}`;
    case 'failed':
      return reason.code;
    default:
      return reason.kind;
  }
}
