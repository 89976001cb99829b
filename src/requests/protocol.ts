import type { Credential } from './credential.ts';
import type { RefusedRequest } from './held-origin.ts';
import type { RequestRule } from './request-rule.ts';

/*
 * The messages between the launcher and the process that holds requests. They travel over Node's own channel between
 * parent and child, as JSON, some with a socket.
 */

/** A grant whose requests are held, as plain data. */
export type HeldGrant = {
  readonly rule: RequestRule;
  readonly credential?: Credential;
  readonly upstream: 'tls' | 'plain' | 'as the client';
};

/** The origin of a connection: its grant, by its index, and the name and port that were meant. */
export type HeldTarget = { readonly grant: number; readonly name: string; readonly port: number };

/** A message to the process. */
export type ToRequests =
  /** The first message. */
  | {
      readonly kind: 'begin';
      readonly grants: readonly HeldGrant[];
      /** Names that its authority may vouch for, with all beneath them. */
      readonly names: readonly string[];
      /** Certificates of authorities, in PEM, that servers may have theirs from; Node's own when left out. */
      readonly trust?: readonly string[];
    }
  /** A connection of the program, with its socket. */
  | { readonly kind: 'serve'; readonly target: HeldTarget }
  /** The answer to `dial`, with a connected socket. */
  | { readonly kind: 'dialled'; readonly dial: number }
  | { readonly kind: 'not dialled'; readonly dial: number; readonly reason: string };

/** A message of the process. */
export type FromRequests =
  /** It asks for a connection to the server of an origin. */
  | { readonly kind: 'dial'; readonly dial: number; readonly target: HeldTarget }
  | { readonly kind: 'refused'; readonly refused: RefusedRequest };
