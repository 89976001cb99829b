/** The use that a program makes of a file or directory. */
export type AccessUse =
  /** Asks for its attributes, or whether it is there. */
  | 'look'
  /** Lists the names of a directory. */
  | 'list'
  | 'read'
  /** Changes its content, its mode, its owner or its times. */
  | 'write'
  /** Makes or removes names in a directory. */
  | 'names'
  /** Starts it, or maps code from it. */
  | 'execute';

/** The kinds of things that grants tell apart. */
export type AccessedKind = 'file' | 'directory' | 'socket' | 'device' | 'other';

/** A first use of something that was there before. Paths are absolute. */
export type ObservedAccess = {
  /** The path by which the program named it. */
  readonly path: string;
  /** The path without symbolic links. */
  readonly real: string;
  readonly kind: AccessedKind;
  readonly use: AccessUse;
  /** For `names`: the first part of the path that was not there, or the name that was removed. */
  readonly name?: string;
};

/** A use of the network by a program. */
export type NetworkUse =
  /** A UNIX socket that was connected to: its path, or a name of the abstract namespace. */
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'abstract'; readonly name: string }
  /** An address that was connected or sent to; a rule for it comes from the broker, which knows names. */
  | { readonly kind: 'connect'; readonly address: string; readonly port: number; readonly local: boolean }
  /** A port that the program listens on. */
  | { readonly kind: 'listen'; readonly port: number };

/** A message of an observer. */
export type Observation =
  | { readonly kind: 'access'; readonly access: ObservedAccess }
  | { readonly kind: 'network'; readonly use: NetworkUse; readonly thread: number }
  /** A system call of a group that programs normally do without. */
  | { readonly kind: 'call'; readonly call: string }
  /** A path that was looked for and is not there; counted, not listed. */
  | { readonly kind: 'missing'; readonly path: string }
  /** A process whose memory cannot be read. */
  | { readonly kind: 'unreadable'; readonly thread: number };
