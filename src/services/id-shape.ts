import { integerShape, ShapeError, type WireShape } from './shape.ts';

/** The greatest id of a user or a group; (uid_t)-1 stands for none. */
const MOST_ID = 0xfffffffe;

/** The id that stands for none. */
export const NO_ID = 0xffffffff;

/** An id of a user or a group. */
export const idShape: WireShape<number> = integerShape(0, MOST_ID);

/** An id in an answer, from which it may be missing. */
export const answeredId: WireShape<number> = integerShape(0, NO_ID);

/** The name or the id of a user or a group. */
export const nameOrId: WireShape<string | number> = {
  words: 'a name or an id',
  type: 'string | number',
  samples: ['root', 0, 'daemon', 1],
  read: (value, path) => {
    if (typeof value === 'number') return idShape.read(value, path);
    if (typeof value !== 'string' || value === '' || value.length > 256)
      throw new ShapeError(path, 'expects a name or an id');
    return value;
  },
  write: (value) => value,
};

/** Reads an id of a database; `undefined` for one that is none. */
export function idIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= MOST_ID ? Number(text) : undefined;
}
