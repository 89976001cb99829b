import { LIBRARY_SERVICES, type LibraryService } from '../services/library-services.ts';
import { didYouMean } from '../text/suggest.ts';
import { type Fields, oneOf, type ReadContext } from './fields.ts';
import { readService, type ServiceResource } from './service-resource.ts';
import { nameWritten, quote, textIn, type Written } from './written.ts';

const WANTED =
  "a map from names of services to their limits, such as 'pwd: { users: [root] }', or a list of names";

/** Reads `services`: a map from names to limits, where nothing is no limits, or a list of names. */
export function readServices(fields: Fields, context: ReadContext): readonly ServiceResource[] {
  const written = fields.get('services');
  if (written === undefined) return [];
  const subject = fields.call('services');
  const found = new Map<string, ServiceResource>();
  for (const { key, value } of entriesIn(written, fields)) {
    const name = textIn(key);
    const position = key.position ?? fields.at('services');
    if (name === undefined) {
      fields.expected('services', WANTED, key);
      continue;
    }
    if (!isLibraryService(name)) {
      context.mistakes.add(
        `${subject} cannot have ${quote(name)}: programs ask ${oneOf(LIBRARY_SERVICES)} without knowing${didYouMean(name, LIBRARY_SERVICES)}`,
        position,
      );
      continue;
    }
    if (found.has(name)) context.mistakes.add(`${subject} names '${name}' twice`, position);
    const one: Written = { kind: 'map', entries: [{ key, value }], position };
    const service = readService(one, { ...context, subject, position });
    if (service !== undefined) found.set(name, service);
  }
  return [...found.values()];
}

type Entry = { readonly key: Written; readonly value: Written };

function entriesIn(written: Written, fields: Fields): readonly Entry[] {
  if (written.kind === 'map') return written.entries;
  if (written.kind === 'seq')
    return written.items.flatMap((item): readonly Entry[] => {
      if (textIn(item) !== undefined)
        return [{ key: item, value: { kind: 'scalar', value: null, position: item.position } }];
      // A map with one name and its limits, as an option gives it.
      if (item.kind === 'map' && item.entries.length === 1) return item.entries;
      if (item.kind !== 'broken')
        fields.wrong(
          'services',
          `${fields.call('services')} expects ${WANTED}, not ${nameWritten(item)} in the list`,
        );
      return [];
    });
  fields.expected('services', WANTED, written);
  return [];
}

function isLibraryService(name: string): name is LibraryService {
  return LIBRARY_SERVICES.some((known) => known === name);
}
