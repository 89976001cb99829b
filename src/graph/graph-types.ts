import type { YamlNode } from '../argdata/yaml.ts';
import type { Limits } from '../plan/plan-types.ts';
import type { Grants } from '../resources/grants.ts';
import type { Position } from '../resources/position.ts';
import type { Written } from '../resources/written.ts';
import type { ArrowEnd } from './arrow-end.ts';

/** Parts that all arrows have. */
type ArrowParts = {
  readonly name: string;
  readonly position: Position | undefined;
  /** The same text for the same meaning. */
  readonly shape: string;
};

/** A connection: the client can connect, the server has a listener. */
export type ConnectionArrow = ArrowParts & {
  readonly kind: 'connection';
  readonly from: string;
  readonly to: string;
  /** The port by which a network names it; the host is the name of the server's program. */
  readonly port: number;
  /** The name of the socket that a server makes by itself in its directory; `undefined` for one that takes a listener. */
  readonly socket: string | undefined;
};

/** Bytes in one direction. */
export type PipeArrow = ArrowParts & { readonly kind: 'pipe'; readonly from: string; readonly to: string };

/** Memory that several programs share. */
export type MemoryArrow = ArrowParts & {
  readonly kind: 'shared_memory';
  readonly between: readonly string[];
  /** Bytes. */
  readonly size: number;
};

/** A directory that one program hands to another, with no more rights than it has. */
export type DirectoryArrow = ArrowParts & {
  readonly kind: 'directory';
  readonly from: string;
  readonly to: string;
  readonly path: string;
  /** The rights of `from` and of `to`, as they are written. */
  readonly rights: Written;
  readonly handed: Written;
};

/** A host outside. */
export type OutsideArrow = ArrowParts & {
  readonly kind: 'outside';
  readonly from: string;
  /** A rule of `hosts`, as a value and as it is written. */
  readonly host: Written;
  readonly hostNode: YamlNode | undefined;
};

/** An address at which the outside reaches a program. */
export type PublishedArrow = ArrowParts & {
  readonly kind: 'published';
  readonly to: string;
  readonly port: number;
  /** The address of this machine that is listened on. */
  readonly address: string;
  /** The host of HTTP requests that are for this program; `undefined` for all that comes to the port. */
  readonly host: string | undefined;
};

/** A service of ours that several programs may ask, each within limits of its own. */
export type AskedServiceArrow = ArrowParts & {
  readonly kind: 'service';
  readonly clients: readonly string[];
  /** The name of the service. */
  readonly service: string;
  /** The contents of `!service` for each client. */
  readonly asks: ReadonlyMap<string, YamlNode>;
};

/** A service that a program of the graph offers: its server has a listener for each client, by which it knows who asks. */
export type OfferedServiceArrow = ArrowParts & {
  readonly kind: 'service';
  readonly clients: readonly string[];
  readonly to: string;
};

/** An arrow of a graph. */
export type Arrow =
  | ConnectionArrow
  | PipeArrow
  | MemoryArrow
  | DirectoryArrow
  | AskedServiceArrow
  | OfferedServiceArrow
  | OutsideArrow
  | PublishedArrow;

/** The kinds of arrows, which are their tags. */
export type ArrowKind = Arrow['kind'];

/** The forms in which a program holds an end of an arrow. */
export type UseForm = 'descriptor' | 'path' | 'name' | 'directory' | 'library';

/** A place in the grants of a program that stands for an end of an arrow. */
export type ArrowUse = {
  readonly arrow: Arrow;
  readonly side: 'from' | 'to' | 'between';
  readonly form: UseForm;
  readonly position: Position | undefined;
};

/** The answer to the end of a program. */
export type RestartPolicy = 'always' | 'on_failure' | 'never';

/** The sign by which a program is known to be ready. */
export type Readiness =
  /** It was started. */
  | { readonly kind: 'started' }
  /** It has written to the descriptor of `!ready`. */
  | { readonly kind: 'descriptor' }
  /** A GET of `path` over a published address or a connection is answered with a status from 200 to 399. */
  | { readonly kind: 'http'; readonly arrow: string; readonly path: string }
  /** The sockets that it makes by itself take connections. */
  | { readonly kind: 'socket'; readonly arrows: readonly string[] };

/** A program of a graph. */
export type GraphProgram = {
  readonly name: string;
  readonly position: Position | undefined;
  /** The same text for the same meaning. */
  readonly shape: string;
  /** As it is written. */
  readonly written: string;
  /** A path, or a name to be found on the path of programs. */
  readonly path: string;
  readonly grants: Grants;
  /** The same as they are written; `undefined` for none. */
  readonly grantsNode: YamlNode | undefined;
  readonly uses: readonly ArrowUse[];
  /** The names of all arrows in its grants, fitting or not. */
  readonly mentioned: ReadonlySet<string>;
  /** Ends whose descriptors are made when an instance starts. */
  readonly ends: readonly ArrowEnd[];
  /** True if it has a network of its own that leads to hosts. */
  readonly hasNetwork: boolean;
  readonly replicas: number;
  readonly restart: RestartPolicy;
  readonly ready: Readiness;
  /** Milliseconds within which it is ready. */
  readonly readyWithin: number;
  /** The signal that asks it to stop, and the milliseconds until it is killed. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopWithin: number;
  readonly limits: Limits;
  /** The places of its limits, by their names in documents. */
  readonly limitPlaces: ReadonlyMap<string, Position>;
  /** For Kubernetes alone. */
  readonly image: string | undefined;
  /** For Kubernetes alone: the most replicas, and the share of processor time in percent that adds one. */
  readonly scale: { readonly most: number; readonly cpu: number } | undefined;
};

/** A graph of programs. */
export type Graph = {
  /** The name of the document. */
  readonly file: string;
  readonly name: string;
  readonly programs: ReadonlyMap<string, GraphProgram>;
  readonly arrows: ReadonlyMap<string, Arrow>;
};
