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

/** The document that the process begins with, in a file in memory. */
export type BeginRequests = {
  readonly grants: readonly HeldGrant[];
  /** Names that its authority may vouch for, with all beneath them. */
  readonly names: readonly string[];
  /** Certificates of authorities, in PEM, that servers may have theirs from. */
  readonly trust: readonly string[];
};

/** The descriptors that the process inherits beside the standard streams and Node's channel. */
export const RequestDescriptor = {
  /** A pipe to which it writes the certificate of its authority. */
  certificate: 4,
  /** The file that it begins with. */
  begin: 5,
} as const;

/** A message to the process. */
export type ToRequests =
  /** A connection of the program, with its socket. */
  | { readonly kind: 'serve'; readonly target: HeldTarget; readonly client: number }
  /** The answer to `dial`, with a connected socket. */
  | { readonly kind: 'dialled'; readonly dial: number }
  | { readonly kind: 'not dialled'; readonly dial: number; readonly reason: string }
  /** A refusal is recorded: its client may learn of it. */
  | { readonly kind: 'recorded'; readonly record: number };

/** A message of the process. */
export type FromRequests =
  /** It asks for a connection to the server of an origin. */
  | { readonly kind: 'dial'; readonly dial: number; readonly target: HeldTarget }
  | {
      readonly kind: 'refused';
      readonly refused: RefusedRequest;
      /** The number that its connection was sent with. */
      readonly client: number;
      readonly record: number;
    }
  /** A connection of the program has ended. */
  | { readonly kind: 'ended'; readonly client: number }
  /** It has taken the next of the sockets that were sent to it. */
  | { readonly kind: 'taken' };
