import { Filetype } from '../abi/generated/constants.ts';
import { duplicate } from '../host/files/new-descriptors.ts';
import { type Checked, type OpenedResource, Resource } from './resource.ts';
import { connectedRights } from './socket-rights.ts';

/** The server's end of a channel, for the program that serves it. */
export class ServiceEnd extends Resource {
  readonly kind = 'service';
  readonly #socket: number;

  /** @param socket A host descriptor, which stays the caller's; -1 in a plan that is not carried out. */
  constructor(socket: number) {
    super(undefined);
    this.#socket = socket;
    Object.freeze(this);
  }

  override check(): Checked {
    const description = 'Answers on channels of a service';
    return { description, type: Filetype.socket_stream, ...connectedRights(true) };
  }

  override open(): OpenedResource {
    return { host: duplicate(this.#socket), type: Filetype.socket_stream, ...connectedRights(true) };
  }
}
