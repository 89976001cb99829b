import { resolve } from 'node:path';
import type { Fields, ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { nameWritten, quote, textIn, type Written } from './written.ts';

/** A UNIX socket of the host that a Linux program may connect to. */
export type SocketPathGrant = {
  /** Its path, as it was written. */
  readonly path: string;
  readonly absolute: string;
  readonly position: Position | undefined;
};

/**
 * Reads `sockets`: a list of paths, or a map of the paths that the program sees to those of the host.
 *
 * @returns The sockets by the path under which the program sees them.
 */
export function readSockets(fields: Fields, context: ReadContext): ReadonlyMap<string, SocketPathGrant> {
  const written = fields.get('sockets');
  const sockets = new Map<string, SocketPathGrant>();
  if (written === undefined) return sockets;
  const add = (at: string | undefined, value: Written): void => {
    const path = textIn(value);
    if (path === undefined || path === '' || path.includes('\0')) {
      fields.expected('sockets', 'the path of a UNIX socket', value);
      return;
    }
    const grant = { path, absolute: resolve(context.directory, path), position: value.position };
    const name = at ?? grant.absolute;
    if (sockets.has(name))
      context.mistakes.add(`Two sockets are to be seen at ${quote(name)}`, value.position);
    sockets.set(name, grant);
  };
  if (written.kind === 'seq') for (const item of written.items) add(undefined, item);
  else if (written.kind === 'map')
    for (const { key, value } of written.entries) {
      const at = textIn(key);
      if (at === undefined)
        context.mistakes.add(`The name of a socket is a string, not ${nameWritten(key)}`, key.position);
      else add(at, value);
    }
  else fields.expected('sockets', 'a list of paths of UNIX sockets, or a map of names to them', written);
  return sockets;
}
