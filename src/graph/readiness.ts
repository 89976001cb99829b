import { get } from 'node:http';
import { tryOnce } from './relay.ts';

/** Milliseconds until a program that is not ready is asked again. */
const AGAIN = 20;

/** Milliseconds for an answer. */
const PATIENCE = 2000;

/** The way to a server: a socket's path, or an address. */
export type ServerPlace = string | { readonly host: string; readonly port: number };

/** Asks by HTTP until the answer is a status from 200 to 399. */
export async function waitForHttp(path: string, place: ServerPlace, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await isAnswered(path, place))) await pause();
}

/** Waits until a UNIX socket takes connections. */
export async function waitForSocket(path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = await tryOnce(path);
    if (socket !== undefined) {
      // A server that greets its clients must not fail over this one: it is read to its end.
      socket.on('error', () => socket.destroy());
      socket.resume();
      socket.end();
      socket.setTimeout(PATIENCE, () => socket.destroy());
      return;
    }
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, AGAIN);
  });
}

function isAnswered(path: string, place: ServerPlace): Promise<boolean> {
  return new Promise((resolve) => {
    const where = typeof place === 'string' ? { socketPath: place } : { host: place.host, port: place.port };
    const request = get({ ...where, path, agent: false, timeout: PATIENCE }, (response) => {
      const { statusCode = 0 } = response;
      response.resume();
      resolve(statusCode >= 200 && statusCode < 400);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
  });
}
