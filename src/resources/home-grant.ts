import { resolve } from 'node:path';
import type { Fields, ReadContext } from './fields.ts';
import { FileResource } from './file.ts';
import type { Position } from './position.ts';

/** A home directory of the program's own. */
export type HomeGrant =
  /** In memory, and gone with the program. */
  | { readonly kind: 'private'; readonly position: Position | undefined }
  /** A directory of the host, which later starts find as this one leaves it. */
  | { readonly kind: 'kept'; readonly directory: FileResource; readonly position: Position | undefined };

/** The value of `home` for one in memory. */
export const PRIVATE_HOME = 'private';

/** Reads `home`: `private`, or the path of a directory. */
export function readHome(fields: Fields, { directory }: ReadContext): HomeGrant | undefined {
  const path = fields.text('home');
  if (path === undefined) return undefined;
  const position = fields.at('home');
  if (path === PRIVATE_HOME) return { kind: 'private', position };
  return {
    kind: 'kept',
    position,
    directory: new FileResource({
      path,
      absolute: resolve(directory, path),
      rights: { presets: ['read', 'write', 'create', 'remove', 'execute'], names: [] },
      missing: 'refuse',
      overlay: undefined,
      encrypt: undefined,
      position,
      pathPosition: position,
      rightsPosition: position,
    }),
  };
}
