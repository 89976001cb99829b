import type { Filetype } from '../abi/generated/constants.ts';
import type { SocketKind } from '../host/sockets/socket-kind.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import type { RightsSet } from '../kernel/rights.ts';
import type { ServiceLoss } from '../services/service-loss.ts';
import type { GrantedChannel } from '../services/start-message.ts';
import type { HeldFiles } from './held-files.ts';
import type { Mistakes } from './mistake.ts';
import type { Position } from './position.ts';

/** The names of the resources, which are the names of their tags. */
export type ResourceKind =
  | 'fd'
  | 'executable'
  | 'file'
  | 'socket'
  | 'pipe'
  | 'shared_memory'
  | 'network'
  | 'service'
  | 'process';

/** The program that resources are for: `executable()` opens it. */
export type ProgramFile = {
  readonly path: string;
  /** Identify the file that was read, and its state, so that nothing else is opened in its place. */
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  /** The time of its last change, in nanoseconds since 1970. */
  readonly changed: bigint;
};

/** The things that resources may look at while they are checked. */
export type CheckContext = {
  /** The program; `undefined` when it cannot be read, which is a mistake of its own. */
  readonly program: ProgramFile | undefined;
  /** Looks up files that are granted, and holds them. */
  readonly files: HeldFiles;
  /** Collects mistakes. */
  readonly mistakes: Mistakes;
  /** The place in the tree of the resource under check, such as `listen[0]`; empty for the root. */
  readonly place: string;
  /** Tells the person who starts the program about something that is allowed but deserves a look. */
  readonly warn: (message: string) => void;
  /** True where changes of a directory can be kept aside. */
  readonly overlays?: true;
};

/** The properties of a resource once it is open: found out before anything is opened, with no effect. */
export type Checked = {
  /** One line for people: `Listens on 127.0.0.1:8080 (TCP)`. */
  readonly description: string;
  readonly type: Filetype;
  readonly base: RightsSet;
  readonly inheriting: RightsSet;
  /** The host descriptor only adds to the end of the file. */
  readonly appends?: boolean;
};

/** A host descriptor on its way to a program, with FD_CLOEXEC. */
export type OpenedResource = Omit<Descriptor, 'grant'> & {
  /** Removes leftovers of opening besides the descriptor, such as the file of a UNIX socket. */
  readonly undo?: () => void;
};

/** A network that was granted, and the host descriptor on which its program asks for connections. */
export type OpenedNetwork = { readonly resource: Resource; readonly socket: number };

/** A channel to a service, and the grants of programs that the service starts: these are for the launcher alone. */
export type OpenedChannel = GrantedChannel & {
  readonly contents: ReadonlyMap<string, unknown>;
  readonly whenLost: ServiceLoss;
};

/** A program that is started with another one, which controls it. */
export type ChildGrant = {
  /** The path of the program. */
  readonly program: string;
  /** Its grants, a world or a tree; `undefined` for none. */
  readonly content: unknown;
  /** True if it lives as long as the launcher, and not only as long as its descriptor. */
  readonly daemon: boolean;
};

/**
 * A program that is to be started with another, and our end of the socket between them: that one controls it, or it serves that
 * one and has the socket itself.
 */
export type OpenedChild = {
  readonly child: ChildGrant;
  readonly socket: number;
} & ({ readonly serves: false } | { readonly serves: true; readonly whenLost: ServiceLoss });

/** The state that resources share while a plan's resources are opened one after the other. */
export type OpenContext = {
  readonly program: ProgramFile;
  /** The files that were checked, as far as they are still held. */
  readonly files: HeldFiles;
  /** Ends of pipes that are open and wait for their resource, by the name of the pipe and the end. */
  readonly pipes: Map<string, number>;
  /** Our ends of the sockets of networks that are open: the broker of the launcher answers on them. */
  readonly networks: OpenedNetwork[];
  /** The other ends of channels to services that are open: a process of services gets them, with what they hold. */
  readonly channels: OpenedChannel[];
  /** The programs that are started once everything is open. */
  readonly children: OpenedChild[];
};

/**
 * A thing that a tag or a constructor describes: it will be opened and handed to a program. A resource is a leaf of the
 * tree of values that a program is given; the same object twice is one descriptor.
 */
export abstract class Resource {
  abstract readonly kind: ResourceKind;
  /** The place in the document; `undefined` for resources made by a constructor. */
  readonly position: Position | undefined;

  constructor(position: Position | undefined) {
    this.position = position;
  }

  /** The number of the standard stream that it is for the console of its program, which the launcher's own is not. */
  get standardStream(): number | undefined {
    return undefined;
  }

  /** The kind of the socket that it is; `undefined` for other resources, and for descriptors that have to be looked at. */
  get handedSocket(): SocketKind | undefined {
    return undefined;
  }

  /** Finds out, without any effect, whether it can be opened and what it will be; adds mistakes otherwise. */
  abstract check(context: CheckContext): Checked | undefined;

  /** Gives its name for messages, such as its path. */
  label(): string {
    return `!${this.kind}`;
  }

  /**
   * Opens it.
   *
   * @param type Its type when it was checked.
   * @throws Error when it cannot be opened; nothing stays open then.
   */
  abstract open(context: OpenContext, type: Filetype): OpenedResource;
}
