import type { Attempt } from '../../network/verdict.ts';
import type { Position } from '../../resources/position.ts';

/** The ways to use a path. */
export type PathAccess = 'read' | 'write' | 'exec';

/** A use of a path. A relative one starts where the program starts. */
export type PathUse = { readonly kind: PathAccess; readonly path: string };

/** A connection, or a datagram, to a host. */
export type ConnectUse = { readonly kind: 'connect'; readonly text: string; readonly attempt: Attempt };

/** Waiting for connections at a TCP port. */
export type BindUse = { readonly kind: 'bind'; readonly port: number };

/** A connection to a UNIX socket by its path. */
export type SocketUse = { readonly kind: 'socket'; readonly path: string };

/** A use of something outside a program, which its plan allows or does not. */
export type Use = PathUse | ConnectUse | BindUse | SocketUse;

/** The line that decided: a grant, or a part of every world such as the base. */
export type DecidingLine = {
  /** The place in the grants: `directories["/src"]`, `base`, `network.hosts`. */
  readonly place: string;
  /** The grant as `explain` writes it: `/src (directory; read, execute)`. */
  readonly grant: string;
  /** The option that is the same grant; `undefined` where no option is. */
  readonly option: string | undefined;
  readonly position: Position | undefined;
};

/** The change of the grants that would allow a use, in both spellings; `undefined` where a spelling has none. */
export type Mend = { readonly option: string | undefined; readonly yaml: string | undefined };

/** The answer of a plan about a use. */
export type UseAnswer = {
  readonly allowed: boolean;
  /** One clause for people: `it is granted for reading only`. */
  readonly reason: string;
  /** `undefined` when nothing of the grants is about it. */
  readonly line: DecidingLine | undefined;
  /** Names of the mechanisms that withhold it, or of an allowed use those that would withhold it without the line. */
  readonly by: readonly string[];
  /** Things that the answer does not include. */
  readonly notes: readonly string[];
  /** `undefined` for an allowed use, and for one that no grant can give. */
  readonly mend: Mend | undefined;
};

/** Names a use as the options of `cloudabi why` do: `--read /etc/passwd`. */
export function nameUse(use: Use): string {
  switch (use.kind) {
    case 'connect':
      return `--connect ${use.text}`;
    case 'bind':
      return `--bind ${use.port}`;
    default:
      return `--${use.kind} ${use.path}`;
  }
}
