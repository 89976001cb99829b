import { YamlEdit, yamlText } from '../../argdata/yaml-edit.ts';
import { LIBRARY_SERVICES } from '../../services/library-services.ts';
import type { GraphEdit } from '../wire.ts';
import { addUse, isCommand } from './arrow-uses.ts';

/** The memory that is shared by an arrow which names no size. */
const DEFAULT_MEMORY = '1 MiB';

/**
 * Draws an arrow: adds it, and its ends to the grants of its programs.
 *
 * @throws RangeError when there is one of this name.
 */
export function addArrow(text: string, arrow: Extract<GraphEdit, { edit: 'add-arrow' }>): string {
  const edit = new YamlEdit(text);
  const { name, kind, from, to } = arrow;
  if (edit.names('arrows')?.includes(name)) throw new RangeError(`there is an arrow '${name}' already`);
  edit.set(['arrows'], name, `!${kind} { ${keysOf(edit, arrow).join(', ')} }`);
  const next = new YamlEdit(edit.toString());
  const isLibrary =
    kind === 'service' && to === '' && isCommand(edit, from) && isLibraryService(arrow.detail);
  if (isLibrary) addItemAt(next, ['programs', from, 'grants'], 'services', `!arrow ${yamlText(name)}`);
  else if (kind !== 'published') addUse(next, from, { arrow: name, kind, side: 'from', offered: to !== '' });
  if (kind !== 'outside' && to !== '') addUse(next, to, { arrow: name, kind, side: 'to' });
  return next.toString();
}

function keysOf(
  edit: YamlEdit,
  { kind, from, to, detail }: Extract<GraphEdit, { edit: 'add-arrow' }>,
): string[] {
  const ends = [`from: ${yamlText(from)}`, `to: ${yamlText(to)}`];
  switch (kind) {
    case 'connection': {
      const socket = isCommand(edit, to) ? [`socket: ${yamlText(detail === '' ? 'socket' : detail)}`] : [];
      const port = socket.length === 0 && detail !== '' ? [`port: ${numberOr(detail)}`] : [];
      return [...ends, ...port, ...socket];
    }
    case 'service':
      // Without a program that offers it, it is one of ours: a name, or a map from a name to limits.
      return to === '' ? [`from: ${yamlText(from)}`, `service: ${serviceText(detail)}`] : ends;
    case 'pipe':
      return ends;
    case 'shared_memory':
      return [
        `between: [${yamlText(from)}, ${yamlText(to)}]`,
        `size: ${yamlText(detail === '' ? DEFAULT_MEMORY : detail)}`,
      ];
    case 'directory':
      return [...ends, `path: ${yamlText(detail)}`];
    case 'outside':
      return [`from: ${yamlText(from)}`, `host: ${JSON.stringify(detail)}`];
    case 'published':
      return [`to: ${yamlText(to)}`, `port: ${numberOr(detail === '' ? '0' : detail)}`];
  }
}

/** A name of a service, or a map in one line, which stands as it is typed. */
function serviceText(detail: string): string {
  if (/^[a-z-]{1,64}$/.test(detail)) return detail;
  try {
    new YamlEdit(`!graph { service: ${detail} }`);
  } catch {
    return yamlText(detail);
  }
  return detail.startsWith('{') ? detail : yamlText(detail);
}

function isLibraryService(detail: string): boolean {
  return LIBRARY_SERVICES.some((name) => new RegExp(`^\\{?\\s*${name}\\b`).test(detail));
}

function addItemAt(edit: YamlEdit, keys: readonly string[], key: string, item: string): void {
  if (edit.formOf(...keys, key) === undefined) edit.set(keys, key, `[${item}]`);
  else edit.addItem([...keys, key], item);
}

/** A number as it is, anything else as a text, about which the checker has its say. */
function numberOr(text: string): string {
  return /^\d{1,9}$/.test(text) ? text : yamlText(text);
}
