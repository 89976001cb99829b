import { spell } from '../resources/spelling.ts';
import { textIn, type Written } from '../resources/written.ts';

/** A key with its value, as both were written. */
export type WrittenEntry = { readonly key: Written; readonly value: Written };

/** The contents of a `!command` by key, as a document spells them. */
export type WrittenEntries = ReadonlyMap<string, WrittenEntry>;

/** The keys under which paths are granted: a path is under one of them. */
export const GRANTS = ['directories', 'files', 'sockets'] as const;

/** Keys whose value is a map from names that the user chooses. */
const NAMED: ReadonlySet<string> = new Set(['environment', 'services', ...GRANTS]);

/** Keys whose value is a map from names of ours, of which each is merged. */
const PARTED: ReadonlySet<string> = new Set(['limits', 'network']);

/** The way in which two values of a key become one. */
export function mergeOf(key: string): 'by name' | 'by part' | 'as a whole' {
  return NAMED.has(key) ? 'by name' : PARTED.has(key) ? 'by part' : 'as a whole';
}

/** Takes a map apart by the names of its keys; keys that are no texts stay for the reader to refuse. */
export function entriesByName(written: Written, spelling: 'names' | 'keys'): WrittenEntries {
  const found = new Map<string, WrittenEntry>();
  if (written.kind !== 'map') return found;
  for (const [index, entry] of written.entries.entries()) {
    const name = textIn(entry.key);
    const known = name !== undefined && spelling === 'keys' && entry.key.position === undefined;
    found.set(known ? documentKey(name) : (name ?? `\0${index}`), entry);
  }
  return found;
}

/** The key of a document that a key of an object stands for: `ssh_agent` for `sshAgent`. */
function documentKey(name: string): string {
  const found = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return spell(found, 'object') === name ? found : name;
}

/** The contents as a map. */
export function toMap(contents: WrittenEntries, position: Written['position']): Written {
  return { kind: 'map', entries: [...contents.values()], position };
}

/** Nothing at all is an empty map or list. */
export function isNothingWritten(written: Written): boolean {
  return written.kind === 'scalar' && written.value === null;
}
