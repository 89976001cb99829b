import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { printError } from './output.ts';

/** Milliseconds without a further change until a document is read: editors write it in several steps. */
const SETTLED = 100;

/**
 * Does something with each new text of a document. Its errors are printed, and end nothing.
 *
 * @param onText Gets the text, one at a time.
 */
export function watchDocument(document: string, onText: (text: string) => Promise<void>): FSWatcher {
  let timer: NodeJS.Timeout | undefined;
  let work = Promise.resolve();
  const update = async (): Promise<void> => {
    try {
      await onText(readFileSync(document, 'utf8'));
    } catch (error) {
      printError(error instanceof Error ? error.message : String(error));
    }
  };
  // Editors put a new file in the place of the old one, which only its folder tells.
  const place = resolve(document);
  return watch(dirname(place), (_, name) => {
    if (name !== null && name !== basename(place)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(update);
    }, SETTLED);
  });
}
