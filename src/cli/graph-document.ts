import { readTextFile } from './document.ts';

/**
 * Reads the document of a graph.
 *
 * @throws UsageError when it cannot be read.
 */
export function readGraphText(document: string): string {
  return readTextFile(document);
}
