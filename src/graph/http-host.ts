import type { Socket } from 'node:net';

/** The longest head of a request in which its host is looked for, in bytes. */
const LONGEST_HEAD = 16 * 1024;

/** Milliseconds for the head of a request. */
const PATIENCE = 10_000;

/** The beginning of a connection: the host of its first request, and all bytes that were read. */
export type RequestHead = { readonly host: string | undefined; readonly bytes: Buffer };

/**
 * Reads the head of the first request of a connection (RFC 9112). Later requests of the connection go the same way.
 *
 * @returns `undefined` when no head comes.
 */
export function readRequestHead(client: Socket): Promise<RequestHead | undefined> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const finish = (head: RequestHead | undefined): void => {
      clearTimeout(timer);
      client.pause();
      client.off('data', onData);
      client.off('close', onClose);
      resolve(head);
    };
    const onClose = (): void => finish(undefined);
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end >= 0) finish({ host: hostIn(bytes.subarray(0, end).toString('latin1')), bytes });
      else if (bytes.length > LONGEST_HEAD) finish(undefined);
    };
    const timer = setTimeout(() => finish(undefined), PATIENCE);
    client.on('data', onData);
    client.once('close', onClose);
    client.resume();
  });
}

/** The host of a request, without its port; `undefined` for a request with none, or with several. */
export function hostIn(head: string): string | undefined {
  // One way to match only: a line of blanks must cost no more than another.
  const found = [...head.matchAll(/^host:([^\r\n]*)/gim)].map(([, host = '']) => host.trim());
  const [host, ...others] = found;
  if (host === undefined || others.length > 0) return undefined;
  return host.replace(/:\d{0,5}$/, '').toLowerCase();
}
