import type { Fields } from './fields.ts';
import type { Position } from './position.ts';

/** The user that a program of root is to be, or that a program takes itself for. */
export type UserGrant = {
  /** Its name or number, and behind a colon the number of its group. */
  readonly text: string;
  readonly position: Position | undefined;
};

/** Reads `user`: `NAME`, or `UID` or `UID:GID` as numbers; or `show_user`, which has numbers alone. */
export function readUser(fields: Fields, key: 'user' | 'show_user' = 'user'): UserGrant | undefined {
  const written = fields.get(key);
  if (written === undefined) return undefined;
  const value = written.kind === 'scalar' ? written.value : undefined;
  const text = typeof value === 'number' ? String(value) : fields.text(key);
  return text === undefined ? undefined : { text, position: fields.at(key) };
}
