import type { ObservedAccess } from '../../learning/access.ts';
import type { NamedPath } from './observed-call.ts';
import type { NamedAddress } from './socket-address.ts';

/** Data for the thread that observes a program. */
export type ObservingStart = {
  /** The socket on which the descriptor of notifications arrives. */
  readonly socket: number;
  /**
   * `uses`: finds out what the paths of the host are before each call, and tells each use once. `paths`: tells the paths
   * as they were written.
   */
  readonly tells: 'uses' | 'paths';
  /** Calls that are told by their names. */
  readonly calls: readonly string[];
  /** One i32: not zero when the launcher is ready for the network use that it was asked about. */
  readonly ready: SharedArrayBuffer;
  /** The memory of `RecentConnects`. */
  readonly connects: SharedArrayBuffer;
};

/** A message of the thread. */
export type Observed =
  | { readonly kind: 'access'; readonly access: ObservedAccess }
  | {
      readonly kind: 'path';
      readonly call: string;
      readonly thread: number;
      readonly executable: string;
      readonly named: NamedPath;
      /** True if the program finds something there. */
      readonly inside: boolean;
    }
  | {
      readonly kind: 'address';
      readonly call: 'connect' | 'bind' | 'sendto';
      /** The program's descriptor of the socket. */
      readonly descriptor: number;
      readonly thread: number;
      readonly executable: string;
      readonly address: NamedAddress;
      /** True if the call waits until `ready`. */
      readonly waits: boolean;
    }
  | { readonly kind: 'listen'; readonly thread: number; readonly descriptor: number }
  /** A file that is looked for and is not there. */
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'call'; readonly call: string; readonly thread: number; readonly executable: string }
  | { readonly kind: 'unreadable'; readonly executable: string };
