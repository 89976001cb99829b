import { includeProfiles } from '../profiles/include.ts';
import { type DocumentOptions, readDocument } from '../resources/document.ts';
import type { Grants } from '../resources/grants.ts';

// Apart from plan.ts, so that only readers of documents load the parser.
export { commandWithProfiles } from '../profiles/command.ts';
export type { DocumentOptions } from '../resources/document.ts';

/**
 * Reads a YAML document whose tags stand for resources, with the profiles that it includes. Nothing is opened. Mistakes in
 * tags are kept for `plan`, which reports them together with those it finds itself.
 *
 * @throws ConfigurationError when the text is no YAML document.
 */
export function readGrants(text: string, options: DocumentOptions = {}): Grants {
  return readDocument(text, options, includeProfiles);
}
