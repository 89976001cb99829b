import { getFlags, setFlags } from '../files/files.ts';

/** Node's handle of a pipe (`pipe_wrap`), as far as it is used here: the same in Node 20 to 26. */
type PipeHandle = {
  open(descriptor: number): number;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
  readStop(): number;
  close(): void;
  unref(): void;
  onread: () => void;
};

/**
 * Wakes this thread's event loop when something can be read from a descriptor, its end included, and reads nothing itself: a
 * stream of Node's would, and would lose the descriptors that come with the bytes. The loop offers the handle no room to read to,
 * so that libuv tells of what has come and leaves it there (uv_alloc_cb, UV_ENOBUFS).
 */
export class Arrivals {
  readonly #handle: PipeHandle;
  #waiting: { readonly promise: Promise<void>; readonly wake: () => void } | undefined;

  /**
   * @param descriptor A socket, a pipe or a process descriptor of the host, which belongs to this object from now on.
   * @throws Error when the event loop cannot watch it.
   */
  constructor(descriptor: number) {
    const flags = getFlags(descriptor);
    this.#handle = makeHandle();
    const result = this.#handle.open(descriptor);
    if (result < 0) throw new Error(`The event loop cannot watch descriptor ${descriptor}: ${result}`);
    // The flag belongs to all copies of the descriptor, of which other processes may have some.
    if (flags >= 0) setFlags(descriptor, flags);
    this.#handle.useUserBuffer(new Uint8Array(0));
    this.#handle.onread = () => this.#stop();
  }

  /** Waits until there is something to read, or the descriptor is closed here. */
  wait(): Promise<void> {
    if (this.#waiting === undefined) {
      const { promise, resolve: wake } = promiseWithResolve();
      this.#waiting = { promise, wake };
      this.#handle.readStart();
    }
    return this.#waiting.promise;
  }

  /** Lets the process end although something is waited for. */
  unref(): void {
    this.#handle.unref();
  }

  /** Closes the descriptor. */
  close(): void {
    this.#stop();
    this.#handle.close();
  }

  #stop(): void {
    this.#handle.readStop();
    this.#waiting?.wake();
    this.#waiting = undefined;
  }
}

function promiseWithResolve(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((found) => {
    resolve = found;
  });
  return { promise, resolve };
}

function makeHandle(): PipeHandle {
  const binding: unknown = Reflect.apply(Reflect.get(process, 'binding'), process, ['pipe_wrap']);
  const { Pipe, constants } = Object(binding);
  const made: unknown = Reflect.construct(Pipe, [constants.SOCKET]);
  if (isPipeHandle(made)) return made;
  throw new Error('This version of Node has other handles of pipes');
}

function isPipeHandle(made: unknown): made is PipeHandle {
  return (
    typeof made === 'object' &&
    made !== null &&
    ['open', 'useUserBuffer', 'readStart', 'readStop', 'close', 'unref'].every(
      (name) => typeof Reflect.get(made, name) === 'function',
    )
  );
}
