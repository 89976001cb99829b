import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The reason why a request is not served; `status` is that of HTTP. */
export type GateRefusal = { readonly status: 400 | 401 | 403 | 421; readonly reason: string };

/** Headers of every answer. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** Lets in requests of our own page alone: a page of another origin, or another user of this machine, has not the token. */
export class Gate {
  readonly #hosts: readonly string[];
  readonly #token: Buffer;

  /** @param port The port of the listening socket. */
  constructor(port: number, token: string) {
    // A name that an attacker lets stand for 127.0.0.1 is another host.
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    this.#token = Buffer.from(token);
  }

  /** Judges a request for a file of the page, which holds no secret. */
  refusePage({ headers }: Pick<IncomingMessage, 'headers'>): GateRefusal | undefined {
    const { host } = headers;
    return host !== undefined && this.#hosts.includes(host)
      ? undefined
      : { status: 421, reason: 'This server has another name' };
  }

  /** Judges a request for anything else. */
  refuse({ headers }: Pick<IncomingMessage, 'headers'>): GateRefusal | undefined {
    const page = this.refusePage({ headers });
    if (page !== undefined) return page;
    const { host, origin, authorization } = headers;
    const site = headers['sec-fetch-site'];
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, reason: 'The request comes from another origin' };
    if (site !== undefined && site !== 'same-origin')
      return { status: 403, reason: 'The request comes from another site' };
    const given = Buffer.from(/^Bearer (.{1,200})$/.exec(authorization ?? '')?.[1] ?? '');
    return given.length === this.#token.length && timingSafeEqual(given, this.#token)
      ? undefined
      : { status: 401, reason: "The token is missing; open the address that 'cloudabi studio' has printed" };
  }
}
