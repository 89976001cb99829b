import type { Duplex } from 'node:stream';
import type { Credential } from './credential.ts';
import type { Lack, RequestRule } from './request-rule.ts';

/** An origin whose requests are held: read, checked and sent on by the request relay. */
export type HeldOrigin = {
  /** The index of its grant. */
  readonly grant: number;
  /** The name that was granted and meant, normalised. */
  readonly name: string;
  readonly port: number;
  readonly rule: RequestRule;
  readonly credential: Credential | undefined;
  /**
   * The way to the server: TLS, none, or as the client does. A credential goes out in the clear only where the grant
   * says so.
   */
  readonly upstream: 'tls' | 'plain' | 'as the client';
};

/** A request that was refused, for the report: never with a header, a query or a body. */
export type RefusedRequest = {
  readonly name: string;
  readonly port: number;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  readonly reason: string;
  readonly lack: Lack | undefined;
};

/** The surroundings of a held connection. */
export type HeldOptions = {
  /** Connects to the server of an origin. */
  readonly dial: (origin: HeldOrigin) => Promise<Duplex>;
  /**
   * Called for each request that is refused, with the number of its connection. The client gets its answer when this has
   * returned or resolved.
   */
  readonly onRefused: (refused: RefusedRequest, client: number) => void | Promise<void>;
  /** Certificates of authorities in PEM that are trusted; Node's own when left out. */
  readonly trust?: readonly string[];
};

/** The value of `Host` for an origin: without the port where it is the scheme's own (RFC 9110, section 7.2). */
export function hostOf({ name, port }: HeldOrigin, tls: boolean): string {
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
}
