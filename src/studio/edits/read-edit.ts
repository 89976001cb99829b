import { fieldOf } from '../../control/json-lines.ts';
import type { CanvasPlace, DocumentMend, GraphEdit, WayKind } from '../wire.ts';

const WAY_KINDS: readonly WayKind[] = [
  'connection',
  'pipe',
  'shared_memory',
  'directory',
  'service',
  'outside',
  'published',
];
const KEYS = ['program', 'replicas', 'restart'] as const;

/** UTF-16 units of a name or value, and programs that move at once. */
const LONGEST = 4096;
const MOST_MOVED = 4096;
const MOST_RIGHTS = 64;

/** Reads an edit that the page sends; `undefined` for anything else. */
export function readEdit(value: unknown): GraphEdit | undefined {
  const [name, to, from] = [textAt(value, 'name'), textAt(value, 'to'), textAt(value, 'from')];
  const edit = fieldOf(value, 'edit');
  switch (edit) {
    case 'add-program': {
      const [program, form, place] = [
        textAt(value, 'program'),
        fieldOf(value, 'form'),
        readPlace(fieldOf(value, 'place')),
      ];
      if (name === undefined || program === undefined || place === undefined) return undefined;
      return form === 'command' || form === 'tree' ? { edit, name, program, form, place } : undefined;
    }
    case 'remove-program':
    case 'remove-arrow':
      return name === undefined ? undefined : { edit, name };
    case 'rename-program':
    case 'rename-arrow':
      return name === undefined || to === undefined ? undefined : { edit, name, to };
    case 'set': {
      const key = KEYS.find((one) => one === fieldOf(value, 'key'));
      const set = textAt(value, 'value');
      return name === undefined || key === undefined || set === undefined
        ? undefined
        : { edit, name, key, value: set };
    }
    case 'add-arrow': {
      const kind = WAY_KINDS.find((one) => one === fieldOf(value, 'kind'));
      const detail = textAt(value, 'detail');
      if (name === undefined || kind === undefined || from === undefined || to === undefined)
        return undefined;
      return detail === undefined ? undefined : { edit, name, kind, from, to, detail };
    }
    case 'move': {
      const places = readPlaces(fieldOf(value, 'places'));
      return places && { edit, places };
    }
    case 'mend': {
      const mend = readMend(fieldOf(value, 'mend'));
      return name === undefined || mend === undefined ? undefined : { edit, name, mend };
    }
    case 'text': {
      const text = fieldOf(value, 'text');
      return typeof text === 'string' ? { edit, text } : undefined;
    }
    default:
      return undefined;
  }
}

/** Names and values stand in one line. */
const CONTROL = /[\r\n\t]/;

function textAt(value: unknown, key: string): string | undefined {
  const found = fieldOf(value, key);
  return typeof found === 'string' && found.length <= LONGEST && !CONTROL.test(found) ? found : undefined;
}

/** Reads a change that allows something; `undefined` for anything else. */
export function readMend(value: unknown): DocumentMend | undefined {
  const [host, place, rights] = [textAt(value, 'host'), textAt(value, 'place'), fieldOf(value, 'rights')];
  const kind = fieldOf(value, 'kind');
  if (kind === 'host') return host === undefined ? undefined : { kind, host };
  if (kind !== 'rights' || place === undefined || !Array.isArray(rights)) return undefined;
  const names = rights.filter((one): one is string => typeof one === 'string' && /^\w{1,64}$/.test(one));
  return names.length === rights.length && names.length <= MOST_RIGHTS
    ? { kind, place, rights: names }
    : undefined;
}

function readPlace(value: unknown): CanvasPlace | undefined {
  const [x, y] = [fieldOf(value, 'x'), fieldOf(value, 'y')];
  return typeof x === 'number' &&
    typeof y === 'number' &&
    Number.isFinite(x + y) &&
    Math.abs(x) + Math.abs(y) < 1e7
    ? { x, y }
    : undefined;
}

function readPlaces(value: unknown): Readonly<Record<string, CanvasPlace>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  if (entries.length > MOST_MOVED) return undefined;
  const places = entries.flatMap(([name, place]) => {
    const read = readPlace(place);
    return read === undefined || name.length > LONGEST ? [] : [[name, read] as const];
  });
  return places.length === entries.length ? Object.fromEntries(places) : undefined;
}
