import { YamlEdit, yamlText } from '../../argdata/yaml-edit.ts';
import type { GraphEdit } from '../wire.ts';
import { addUse, makesItsSocket } from './arrow-uses.ts';

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
  if (kind !== 'published') addUse(next, from, { arrow: name, kind, side: 'from' });
  if (kind !== 'outside') addUse(next, to, { arrow: name, kind, side: 'to' });
  return next.toString();
}

function keysOf(
  edit: YamlEdit,
  { kind, from, to, detail }: Extract<GraphEdit, { edit: 'add-arrow' }>,
): string[] {
  const ends = [`from: ${yamlText(from)}`, `to: ${yamlText(to)}`];
  switch (kind) {
    case 'connection': {
      const socket = makesItsSocket(edit, to)
        ? [`socket: ${yamlText(detail === '' ? 'socket' : detail)}`]
        : [];
      const port = socket.length === 0 && detail !== '' ? [`port: ${numberOr(detail)}`] : [];
      return [...ends, ...port, ...socket];
    }
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

/** A number as it is, anything else as a text, about which the checker has its say. */
function numberOr(text: string): string {
  return /^\d{1,9}$/.test(text) ? text : yamlText(text);
}
