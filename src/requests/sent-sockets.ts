import type { Socket } from 'node:net';

/** A socket on its way, with the handle by which Node holds its descriptor. */
type Sent = { readonly socket: Socket; readonly handle: unknown };

/**
 * Sockets that were sent to another process and that it has not taken yet. Node keeps a descriptor until its receiver has
 * confirmed it, and for ever when the receiver ends before.
 */
export class SentSockets {
  readonly #sent: Sent[] = [];

  /** Notes a socket before it is sent. */
  add(socket: Socket): void {
    this.#sent.push({ socket, handle: Reflect.get(socket, '_handle') });
  }

  /** The receiver has taken the oldest one. */
  taken(): void {
    this.#sent.shift();
  }

  /** Closes those that the receiver will not take any more. */
  close(): void {
    for (const { socket, handle } of this.#sent.splice(0)) {
      socket.destroy();
      // Once a socket is under way, it has lost its handle.
      if (isClosable(handle)) handle.close();
    }
  }
}

function isClosable(handle: unknown): handle is { readonly close: () => void } {
  return (
    typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function'
  );
}
