import { Filetype } from '../abi/generated/constants.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import type { SocketKind } from '../host/sockets/socket-kind.ts';
import { RH } from '../kernel/rights.ts';
import { type Checked, type OpenedResource, Resource } from './resource.ts';
import type { GrantedRights } from './rights.ts';
import { connectedRights } from './socket-rights.ts';

/** The rights of an end: those of a connected UNIX socket, and the fact that it is linked. */
function linkRights(): GrantedRights {
  const { base, inheriting } = connectedRights(true);
  return { base: { low: base.low, high: base.high | RH.linked }, inheriting };
}

/** Two sockets that are connected, of which each end is opened once. */
class LinkPair {
  readonly #ends: (number | 'unmade' | 'taken')[] = ['unmade', 'unmade'];

  /** @throws Error for an end that was opened before. */
  take(side: 0 | 1): number {
    if (this.#ends[side] === 'unmade') this.#ends.splice(0, 2, ...makeSocketPair());
    const end = this.#ends[side];
    if (typeof end !== 'number')
      throw new Error('This end of a link was given to a program before, make a new link for each two');
    this.#ends[side] = 'taken';
    return end;
  }
}

/**
 * One end of a connection between two programs that our kernel serves. Descriptors that are sent through it keep the
 * rights that their sender has.
 */
export class LinkEnd extends Resource {
  readonly kind = 'socket';
  readonly #pair: LinkPair;
  readonly #side: 0 | 1;

  /** Makes both ends. */
  static makeBoth(): readonly [LinkEnd, LinkEnd] {
    const pair = new LinkPair();
    return [new LinkEnd(pair, 0), new LinkEnd(pair, 1)];
  }

  private constructor(pair: LinkPair, side: 0 | 1) {
    super(undefined);
    this.#pair = pair;
    this.#side = side;
    Object.freeze(this);
  }

  override get handedSocket(): SocketKind {
    return { protocol: 'stream', listening: false, connected: true };
  }

  override check(): Checked {
    const description = 'A link to another program; descriptors travel through it with their rights';
    return { description, type: Filetype.socket_stream, ...linkRights() };
  }

  /** @throws Error when it has been opened before. */
  override open(): OpenedResource {
    return { host: this.#pair.take(this.#side), type: Filetype.socket_stream, ...linkRights() };
  }
}
