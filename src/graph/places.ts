import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Arrow } from './graph-types.ts';

/** The places of the sockets of a graph, in a folder that no other user reads. */
export class ArrowPlaces {
  readonly folder: string;

  /** @param folder Absolute path, of at most 80 bytes: the address of a UNIX socket has 107. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** The socket to which clients of an arrow connect. */
  socketOf(arrow: Pick<Arrow, 'name'>): string {
    return join(this.folder, 'a', shortName(arrow));
  }

  /** The directory in which a server makes its socket by itself. */
  insideOf(arrow: Pick<Arrow, 'name'>): string {
    return join(this.folder, 'i', shortName(arrow));
  }
}

/** The name of the way from one client to the program that offers a service: no arrow has a slash in its name. */
export function channelOf({ name }: Pick<Arrow, 'name'>, client: string): string {
  return `${name}/${client}`;
}

/** Names of arrows may be longer than the addresses of sockets. A graph that changes keeps the places of its arrows. */
function shortName({ name }: Pick<Arrow, 'name'>): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 12);
}
