import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { printError } from './output.ts';

/** Milliseconds without a further change until a document is read: editors write it in several steps. */
const SETTLED = 100;

/**
 * Does something with each new text of a document, one that it got since it was last read included. Errors are printed, and end
 * nothing.
 *
 * @param known The text that was read.
 * @param onText Gets texts, one at a time.
 */
export function watchDocument(
  document: string,
  known: string,
  onText: (text: string) => Promise<void>,
): FSWatcher {
  let timer: NodeJS.Timeout | undefined;
  let last = known;
  const update = async (): Promise<void> => {
    try {
      const text = readFileSync(document, 'utf8');
      if (text === last) return;
      last = text;
      await onText(text);
    } catch (error) {
      printError(error instanceof Error ? error.message : String(error));
    }
  };
  // Editors put a new file in the place of the old one, which only its folder tells.
  const place = resolve(document);
  const watcher = watch(dirname(place), (_, name) => {
    if (name !== null && name !== basename(place)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(update);
    }, SETTLED);
  });
  // The kernel tells of no change that was made before this moment.
  let work = update();
  return watcher;
}
