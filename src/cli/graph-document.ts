import { readFileSync } from 'node:fs';
import { reasonOf } from '../resources/file-kind.ts';
import { UsageError } from './options.ts';

/**
 * Reads the document of a graph.
 *
 * @throws UsageError when it cannot be read.
 */
export function readGraphText(document: string): string {
  try {
    return readFileSync(document, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read '${document}': ${reasonOf(error)}`);
  }
}
