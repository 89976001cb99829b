import type { Fields } from './fields.ts';
import type { Position } from './position.ts';

/** The user that a program of root is to be. */
export type UserGrant = {
  /** Its name or number, and behind a colon the number of its group. */
  readonly text: string;
  readonly position: Position | undefined;
};

/** Reads `user`: `NAME`, or `UID` or `UID:GID` as numbers. */
export function readUser(fields: Fields): UserGrant | undefined {
  const written = fields.get('user');
  if (written === undefined) return undefined;
  const value = written.kind === 'scalar' ? written.value : undefined;
  const text = typeof value === 'number' ? String(value) : fields.text('user');
  return text === undefined ? undefined : { text, position: fields.at('user') };
}
