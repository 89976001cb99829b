import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

/** The file with the key and the chain of certificates, and the one with the roots that are trusted. */
export const CREDENTIALS = 'credentials.pem';
export const TRUST = 'trust.pem';

/** Milliseconds between two looks at the files, where no change was told. */
const LOOK = 10_000;

/** The options of TLS that every channel has. Nothing is resumed: each handshake checks the certificates anew. */
type ChannelContext = SecureContextOptions & { readonly cert: string; readonly ca: string };

/** The certificates of a pod, which are read again when they were exchanged (a kubelet moves `..data`). */
export class Credentials {
  readonly #folder: string;
  readonly #onChange = new Set<() => void>();
  readonly #watcher: FSWatcher | undefined;
  readonly #timer: NodeJS.Timeout;
  #texts: readonly [credentials: string, trust: string];
  #context: ChannelContext;

  /** @throws Error when a file is missing, or is none of certificates and a key. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#texts = this.#read();
    this.#context = contextOf(this.#texts);
    this.#watcher = watchFolder(folder, () => this.look());
    this.#timer = setInterval(() => this.look(), LOOK).unref();
  }

  /** The options for a new connection. */
  get context(): ChannelContext {
    return this.#context;
  }

  /** Calls a function after each change. */
  onChange(act: () => void): void {
    this.#onChange.add(act);
  }

  /** Reads the files again. Ones that are being written are left for the next look: the last whole ones stay. */
  look(): void {
    try {
      const texts = this.#read();
      if (texts.every((text, index) => text === this.#texts[index])) return;
      this.#context = contextOf(texts);
      this.#texts = texts;
    } catch {
      return;
    }
    for (const act of this.#onChange) act();
  }

  close(): void {
    this.#watcher?.close();
    clearInterval(this.#timer);
  }

  #read(): readonly [string, string] {
    return [
      readFileSync(join(this.#folder, CREDENTIALS), 'utf8'),
      readFileSync(join(this.#folder, TRUST), 'utf8'),
    ];
  }
}

/** @throws Error for texts that TLS does not take. */
function contextOf([credentials, trust]: readonly [string, string]): ChannelContext {
  const context = { key: credentials, cert: credentials, ca: trust, minVersion: 'TLSv1.3' } as const;
  createSecureContext(context);
  return context;
}

function watchFolder(folder: string, act: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, act).on('error', () => {});
  } catch {
    // The host has no watch left, or lets us have none: looking now and then is enough.
    return undefined;
  }
}
