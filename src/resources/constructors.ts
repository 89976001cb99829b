import type { RulesState } from '../policy/live.ts';
import type { LibraryService } from '../services/library-services.ts';
import type { ServiceLoss } from '../services/service-loss.ts';
import type { ServiceTypes } from '../services/table.ts';
import { CallerPipe } from './caller-pipe.ts';
import { type ChildResource, readChild } from './child-resource.ts';
import { type Command, readCommand } from './command.ts';
import type { ExecutableResource } from './executable.ts';
import { readExecutable } from './executable.ts';
import type { ExecutableKind } from './executables.ts';
import { type FdResource, readFd, type StreamName } from './fd.ts';
import { type FileResource, readFile } from './file.ts';
import type { WhenMissing } from './file-check.ts';
import type { Base, ProcGrant } from './linux-parts.ts';
import { make } from './make.ts';
import type { ModuleServiceResource } from './module-service.ts';
import { type NetworkResource, readNetworkResource } from './network-resource.ts';
import { type PipeEnd, type PipeResource, readPipe } from './pipe.ts';
import { LinkEnd } from './program-link.ts';
import type { Resource } from './resource.ts';
import type { PresetName, RightName } from './rights.ts';
import type { ServiceResource } from './service-resource.ts';
import { readServiceTag } from './service-tag.ts';
import { readSharedMemory, type SharedMemoryResource } from './shared-memory.ts';
import { type Protocol, readSocket, type SocketResource } from './socket.ts';

/*
 * The constructors of the API. Each mirrors a tag: the same arguments, the same checks, the same messages.
 */

export type { CallerPipe } from './caller-pipe.ts';
export type { Command } from './command.ts';
export type { Base, ProcGrant } from './linux-parts.ts';
export { ConfigurationError, type Mistake, ResourceError } from './mistake.ts';
export type { PipeEnd } from './pipe.ts';
export type { Position } from './position.ts';
export { Resource, type ResourceKind } from './resource.ts';
export type { PresetName, RightName } from './rights.ts';
export type { Protocol } from './socket.ts';

/** Options of `file()`; the same as the keys of `!file`. */
export type FileOptions = {
  /** Presets or names of CloudABI rights; by default `read`. */
  readonly rights?: PresetName | RightName | readonly (PresetName | RightName)[];
  /**
   * The answer to nothing at the path, for `directories` and `files` of a Linux program: refuse to start (the
   * default), leave the grant out, or make an empty directory.
   */
  readonly missing?: WhenMissing;
  /** Patterns of names beneath a directory that a Linux program does not find, such as `**\/.env`. */
  readonly without?: string | readonly string[];
  /** Patterns of the only names beneath a directory that a Linux program finds. */
  readonly only?: string | readonly string[];
  /**
   * For a directory of a Linux program: true to keep its changes aside, so that the directory stays as it is, or the
   * name of one of several such sets of changes. By default false.
   */
  readonly overlay?: boolean | string;
  /**
   * For a directory of a Linux program: the source of the key with which its files are encrypted on the host. By default they are
   * not.
   */
  readonly encrypt?: SecretOrigin;
};

/** Options of `socket()`; the same as the keys of `!socket`. Exactly one of `bind` and `connect`. */
export type SocketOptions = {
  /** An address to listen on or to receive at. */
  readonly bind?: string;
  /** An address to connect to. */
  readonly connect?: string;
  /** `tcp` by default, `stream` for a path. */
  readonly protocol?: Protocol;
  /** The most connections that may wait to be accepted; 128 by default. */
  readonly backlog?: number;
  /** Bind although old connections linger; by default true for TCP. */
  readonly reuseAddress?: boolean;
  /** Share the port with other sockets that do the same; by default false. */
  readonly reusePort?: boolean;
  /** Take no IPv4 connections at an IPv6 address; by default true. */
  readonly ipv6Only?: boolean;
};

/** Options of `command()`; the same as the keys of `!command`. */
export type CommandOptions = {
  /** Without the name of the program, which comes first by itself. */
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  readonly stdin?: Resource;
  readonly stdout?: Resource;
  readonly stderr?: Resource;
  /** Directories by the name under which the program sees them. */
  readonly directories?: Readonly<Record<string, Resource>> | ReadonlyMap<string, Resource>;
  readonly limits?: LimitOptions;
} & LinuxOptions;

/** Limits of `command()`; all but the first three are for Linux programs. */
export type LimitOptions = {
  /** Bytes, or a text such as `64 MiB`. */
  readonly memory?: number | string;
  /** A text such as `10s`. */
  readonly wallClock?: string;
  /** The most threads of a WebAssembly program at once, the first included. */
  readonly threads?: number;
  /** The most processes and threads at once. */
  readonly processes?: number;
  /** The processors' worth of time, such as 1.5. */
  readonly cpus?: number;
  /** Processor time of each process, a text such as `30s`. */
  readonly cpuTime?: string;
  /** The most descriptors that each process may have open. */
  readonly openFiles?: number;
  /** The greatest size of a file that it writes: bytes, or a text such as `1 GiB`. */
  readonly fileSize?: number | string;
  /** The space that changes of each directory may take which are kept aside (`overlay`): bytes, or a text. */
  readonly changes?: number | string;
};

/** A rule of the hosts that a program may reach, in parts; or as a text such as `registry.example.org:443`. */
export type NetworkRuleOptions = {
  /** A name, `*.` or `**.` before a name, an address, a prefix, a class of addresses, or `localhost`. */
  readonly host: string;
  /** A port, ports and ranges as a text such as `80,8000-8010`, or a list of these. */
  readonly ports: number | string | readonly (number | string)[];
  /** `tcp` by default. */
  readonly protocol?: 'tcp' | 'udp';
  /** The path of a UNIX socket of this host that the name stands for: nothing is looked up then. */
  readonly socket?: string;
};

/** Limits on the requests of a rule; the keys are those of a document. */
export type RequestOptions = {
  /** Methods in capitals; all by default. `GET` includes `HEAD`. */
  readonly methods?: readonly string[];
  /** Paths such as `/v1/messages`, `/v1/*` (one segment) and `/files/**` (any number); all by default. */
  readonly paths?: readonly string[];
  /** Headers that are set in place of the program's. */
  readonly setHeaders?: Readonly<Record<string, string>>;
  /** Names of headers that are left out. */
  readonly dropHeaders?: readonly string[];
  /** Bytes in the body of a request, or a text such as `1 MiB`. */
  readonly maxBody?: number | string;
  /** Requests that may begin within a time such as `1 min`. */
  readonly rate?: { readonly requests: number; readonly within: string };
  /** A secret that goes out with each request, and that the program does not see. */
  readonly credential?: SecretOrigin & {
    /** `Authorization: Bearer` by default. */
    readonly as?: SecretPlace;
    /** The variable in which the program finds a placeholder; that of the launcher by default. */
    readonly variable?: string;
  };
  /** A port of the program's loopback, or the path of a UNIX socket in its world, at which the origin is served without TLS. */
  readonly at?: number | string;
  /** False for a server without TLS. */
  readonly tls?: boolean;
};

/** The place of a secret in a request: a bearer token, a header, the password of a user, a parameter of the query. */
export type SecretPlace =
  | 'bearer'
  | { readonly header: string }
  | { readonly basic: string }
  | { readonly query: string };

/** The source of a secret: a variable of the launcher, a file, or a command without a shell. */
export type SecretOrigin =
  | { readonly environment: string }
  | { readonly file: string }
  | { readonly command: readonly string[] };

/** A rule of hosts: a text such as `GET registry.example.org:443`, or its parts. */
export type HostRule = string | (RequestOptions & (NetworkRuleOptions | { readonly host: string }));

/** A network that leads to the hosts of some rules. */
export type HostsOptions = {
  readonly hosts: readonly HostRule[];
  /** Exceptions from the rules; one without ports is about all of them. */
  readonly except?: readonly (
    | string
    | (Omit<NetworkRuleOptions, 'ports'> & Partial<Pick<NetworkRuleOptions, 'ports'>>)
  )[];
  /** Address and port of the server that looks up granted names; by default the host's own way. */
  readonly resolver?: string;
  /** Limits on all connections together; by default none. */
  readonly limits?: {
    /** The most at once. */
    readonly connections?: number;
    /** The most new ones within a second. */
    readonly connectionsPerSecond?: number;
    /** In both directions together: bytes within a second, or a text such as `1 MiB`. */
    readonly bytesPerSecond?: number | string;
    /** The same from start to end. */
    readonly bytes?: number | string;
  };
  /** Ports of the program by the port of this host's loopback that leads to each. */
  readonly publish?: Readonly<Record<number, number>> | ReadonlyMap<number, number>;
};

/**
 * The name of a service that is granted without limits, or one name with the limits that it has. They are written as in a
 * document.
 */
export type ServiceGrant =
  | keyof ServiceTypes
  | ({
      readonly [K in keyof ServiceTypes]?:
        | { readonly [L in keyof ServiceTypes[K]['limits']]?: unknown }
        | null;
    } & {
      readonly whenLost?: ServiceLoss;
    })
  | ModuleGrant;

/** A service that stands outside this library: a program that serves it (`serve` of `cloudabi/program`). */
export type ModuleGrant = {
  /** The path of the program. */
  readonly module: string;
  /** The limits of the channel. */
  readonly limits?: unknown;
  /** The grants of the service: a tree. */
  readonly argdata?: unknown;
  /** The fate of the program that asks when the service has ended: it goes on, by default, or it ends. */
  readonly whenLost?: ServiceLoss;
};

/** The services of `services` with their limits. */
export type LibraryServices = {
  readonly [K in LibraryService & keyof ServiceTypes]?:
    | { readonly [L in keyof ServiceTypes[K]['limits']]?: unknown }
    | null;
};

/** Options of `command()` for Linux programs only. */
export type LinuxOptions = {
  /** The beginning of its world; `minimal` by default: the program itself and the libraries it needs. */
  readonly base?: Base;
  /** Files by the path under which the program sees them. */
  readonly files?: Readonly<Record<string, Resource>> | ReadonlyMap<string, Resource>;
  /** UNIX sockets of the host that a Linux program may connect to: paths, or the paths that it sees with those of the host. */
  readonly sockets?: readonly string[] | Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  /**
   * Keys of an ssh-agent that a Linux program may sign with: fingerprints, files with public keys (`….pub`), or comments. The
   * agent is that of SSH_AUTH_SOCK, or the one whose socket is at `agent`.
   */
  readonly sshAgent?: readonly string[] | { readonly keys: readonly string[]; readonly agent?: string };
  /**
   * Services that it asks by the sockets and files of its C library: a list of names, or names with their limits, where
   * null is none.
   */
  readonly services?: readonly LibraryService[] | LibraryServices | ReadonlyMap<string, unknown>;
  /** As the program sees it. */
  readonly workingDirectory?: string;
  /** Descriptors by their number, from 3. */
  readonly descriptors?: Readonly<Record<number, Resource>> | ReadonlyMap<number, Resource>;
  /** Tells the program by LISTEN_FDS that its descriptors from 3 are sockets; by default false. */
  readonly listenFds?: boolean;
  /** None by default. */
  readonly network?:
    | 'none'
    | 'loopback'
    | 'host'
    | {
        readonly mode?: 'none' | 'loopback' | 'host';
        /** The only TCP ports that may be connected to. */
        readonly connect?: readonly number[];
        /** The only TCP ports that may be bound. */
        readonly bind?: readonly number[];
        /** Ports of the program by the port of this host's loopback that leads to each. */
        readonly publish?: Readonly<Record<number, number>> | ReadonlyMap<number, number>;
      }
    | HostsOptions;
  /** A home directory of its own, where HOME leads: in memory (`private`), or a directory of the host, by its path. */
  readonly home?: string;
  /** The user that a program of root is to be: its name, or its number and behind a colon that of its group. */
  readonly user?: string | number;
  /** Not as root: the user, as `UID` or `UID:GID`, that it finds in the place of the launcher's for itself and its files. */
  readonly showUser?: string | number;
  /** A private `/tmp`: whether, or of which size. */
  readonly tmp?: boolean | number | string;
  /** The harmless devices in `/dev`. */
  readonly dev?: boolean;
  /** A `/proc`: true for what the base `system` has, or what it shows. */
  readonly proc?: boolean | ProcGrant;
  /** A terminal of its own in the place of the one it is started from; by default false. */
  readonly terminal?: boolean;
  /** Names of groups of system calls beyond those that programs normally need. */
  readonly systemCalls?: readonly string[];
  /** Names of promises, such as `stdio` and `rpath`: system calls that they leave out end with EPERM. */
  readonly promise?: readonly string[];
  /** Rules about files such as `hide **\/.env`, of which the first that matches decides. */
  readonly rules?: readonly string[];
  /** The paths of files with more rules, which are read behind `rules`. */
  readonly policy?: string | readonly string[];
  /** The changes that the rules take while the program runs: any, narrower ones (`drop`), or none (`sealed`, by default). */
  readonly rulesState?: RulesState;
  /**
   * Keeps an executable that crashed so often within a time from starting for a pause, which is as long by default. Times are texts
   * such as `1 min`. Needs Linux 6.15.
   */
  readonly crashGuard?: { readonly crashes: number; readonly within: string; readonly pause?: string };
  /** The only files that it may start: a list of checksums (`cloudabi checksum` writes it), and kinds to refuse. */
  readonly executables?:
    | string
    | {
        readonly checksums: string;
        readonly refuse?: readonly ExecutableKind[];
        /** Refuse files that another user than root and this one could replace; by default false. */
        readonly trusted?: boolean;
      };
};

/**
 * A descriptor of this process, which stays open here too.
 *
 * @throws ConfigurationError when it is neither a number nor a name of a standard stream.
 */
export function fd(descriptor: number | StreamName): FdResource {
  return make('fd()', readFd, descriptor);
}

/**
 * A file or directory. A relative path starts at the working directory of now.
 *
 * @throws ConfigurationError
 */
export function file(path: string, options: FileOptions = {}): FileResource {
  return make('file()', readFile, { ...options, path });
}

/**
 * A socket that listens, is bound or is connected.
 *
 * @throws ConfigurationError
 */
export function socket(options: SocketOptions): SocketResource {
  return make('socket()', readSocket, options);
}

/**
 * One end of a pipe. `pipe('write')` lets the program write and the caller read, from the `stream` of the result;
 * `pipe('read')` the other way round. `pipe({ name, end })` is one of two ends that are both in the tree.
 *
 * @throws ConfigurationError
 */
export function pipe(end: 'read'): CallerPipe<'read'>;
export function pipe(end: 'write'): CallerPipe<'write'>;
export function pipe(end: { readonly name: string; readonly end: PipeEnd }): PipeResource;
export function pipe(
  end: PipeEnd | { readonly name: string; readonly end: PipeEnd },
): CallerPipe<'read'> | CallerPipe<'write'> | PipeResource {
  if (end === 'read') return new CallerPipe(end, (stream) => stream);
  if (end === 'write') return new CallerPipe(end, (stream) => stream);
  return make('pipe()', readPipe, end);
}

/**
 * Two ends of a connection between two programs in WebAssembly, or CloudABI executables. Descriptors that they send each other
 * keep their rights: the receiver gets those that the sender has, as far as they follow from the descriptor's type and from
 * how it is open. Give each end to one program, and start both.
 */
export function programLink(): readonly [left: Resource, right: Resource] {
  return LinkEnd.makeBoth();
}

/**
 * Memory without a name, filled with zeros.
 *
 * @param size Bytes, or a text such as `1 MiB`.
 * @throws ConfigurationError
 */
export function sharedMemory(size: number | string): SharedMemoryResource {
  return make('sharedMemory()', readSharedMemory, { size });
}

/**
 * The hosts that a program in WebAssembly, TypeScript or JavaScript may connect to: rules, or rules with exceptions and
 * limits.
 *
 * @throws ConfigurationError
 */
export function network(options: HostsOptions | HostsOptions['hosts']): NetworkResource {
  return make('network()', readNetworkResource, options);
}

/**
 * A channel to a service, within limits.
 *
 * @param granted The name of a service, a map from its name to its limits (`{ pwd: { users: ['root'] } }`), or a module that
 *   serves one. With `whenLost: 'end'`, the program ends with the service.
 * @throws ConfigurationError
 */
export function service(granted: ServiceGrant): ServiceResource | ModuleServiceResource {
  return make('service()', readServiceTag, granted);
}

/** A program that is started with another one, and its grants. */
export type ChildOptions = {
  /** The path of the program. */
  readonly program: string;
  /** Its world, for a program that expects UNIX. */
  readonly grants?: CommandOptions;
  /** Its tree, in the place of `grants`. */
  readonly argdata?: unknown;
  /** True if it lives as long as the launcher, and not only as long as its descriptor. */
  readonly daemon?: boolean;
};

/**
 * Another program, which is started too and which the program controls: it waits for its end, sends signals and ends it.
 *
 * @param child The path of that program, or a map with it and its grants.
 * @throws ConfigurationError
 */
export function childProgram(child: string | ChildOptions): ChildResource {
  return make('childProgram()', readChild, child);
}

/** The program itself, to be read and started again. */
export function executable(): ExecutableResource {
  return make('executable()', readExecutable, null);
}

/**
 * The world of a program that expects UNIX, in the place of a tree.
 *
 * @throws ConfigurationError
 */
export function command(options: CommandOptions = {}): Command {
  return make('command()', readCommand, options);
}
