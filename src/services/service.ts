import type { SocketKind } from '../host/sockets/socket-kind.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import type { CallRule } from '../walls/allow-list.ts';
import type { LandlockRule } from '../walls/landlock.ts';
import type { LauncherPart } from './launcher/part.ts';
import type { LimitsOf, ServiceLimitTable, SomeLimits } from './limit.ts';
import { recordShape, type Shaped, type ShapedRecord, type ShapeFields, type WireShape } from './shape.ts';
import type { Wire } from './wire.ts';

/** A call of a service: its arguments, what it answers, and a sentence for documentation. */
export type ServiceCall<Arguments, Reply> = {
  readonly about: string;
  readonly takes: WireShape<Arguments>;
  readonly gives: WireShape<Reply>;
};

/** The calls of a service, by name. */
export type ServiceCalls = Readonly<Record<string, ServiceCall<unknown, unknown>>>;

/** Declares a call. */
export function serviceCall<const F extends ShapeFields, Reply>(
  about: string,
  takes: F,
  gives: WireShape<Reply>,
): ServiceCall<ShapedRecord<F>, Reply> {
  return { about, takes: recordShape(takes), gives };
}

/** The arguments of a call. */
export type ArgumentsOf<C> = C extends ServiceCall<infer A, unknown> ? A : never;

/** The answer of a call. */
export type ReplyOf<C> = C extends { readonly gives: infer G } ? Shaped<G> : never;

/** The channel that a request came through, as a service sees it. */
export type RequestChannel<Limits, State> = {
  /** The limits of the channel at the request. */
  readonly limits: Limits;
  /** Belongs to the channel alone; a clone begins with a copy (structuredClone). */
  state: State;
  /** Aborted when the client has closed the channel. */
  readonly signal: AbortSignal;
};

/** The function behind a call. A method, so that tables may hold it: its arguments are read by its own shape. */
export type ServiceHandler<L, C, State> = {
  handle(given: ArgumentsOf<C>, channel: RequestChannel<L, State>): ReplyOf<C> | Promise<ReplyOf<C>>;
}['handle'];

/** The functions of a running service, by the names of its calls. */
export type ServiceHandlers<L, C, State> = { readonly [K in keyof C]: ServiceHandler<L, C[K], State> };

/** The surroundings of a running service. */
export type ServiceHost = {
  /**
   * Watches a descriptor that the service holds.
   *
   * @param events EPOLLIN, EPOLLOUT or both.
   */
  readonly watch: (descriptor: number, events: number, onEvents: (events: number) => void) => void;
  /** Stops watching a descriptor; before it is closed. */
  readonly unwatch: (descriptor: number) => void;
  /**
   * Keeps the process, and Node's event loop in it, for what goes on when a request has been answered, such as a socket of
   * Node's.
   *
   * @returns Ends that.
   */
  readonly hold: () => () => void;
  /** Opens a channel to another service that runs in this process; gives the client's end, a host descriptor. */
  readonly openChannel: (service: AnyService, handlers: AnyHandlers, limits: SomeLimits) => number;
};

/** The possessions of a service: host descriptors by name, and plain data. They are all it has in capability mode. */
export type Holdings = {
  readonly descriptors: Readonly<Record<string, number>>;
  readonly data: Wire;
};

/** Permissions of a process of services, besides those that every such process has. */
export type ServiceWalls<Limits> = {
  /** System calls, such as those with which it connects (service-calls.ts has those of Node's streams). */
  readonly calls?: readonly CallRule[];
  /** Directories that it holds, with the rights beneath them. */
  readonly directories?: (held: Holdings) => readonly Descriptor[];
  /** Rights of Landlock on files and directories that it holds, beneath which it looks up by itself (held-path.ts). */
  landlock?(held: Holdings, limits: Limits): readonly LandlockRule[];
};

/** Possessions of a service that needs none. */
export const NOTHING_HELD: Holdings = { descriptors: {}, data: null };

/**
 * A service: one file says what it is, what limits it, what it answers, and what it holds. `prepare` runs in the
 * launcher and opens what the service needs, and `start` runs in the confined process of services, with nothing else.
 */
export type Service<T extends ServiceLimitTable, C extends ServiceCalls, State> = {
  /** The name in documents. */
  readonly name: string;
  /** One sentence for documentation. */
  readonly about: string;
  /** The things that its process holds for it, in words: `the file /etc/passwd, to be read`. */
  readonly holds: string;
  /**
   * `shared` for a service that may live beside others in one confined process; `own` for one that has secrets or
   * authority of its own, which gets a process for itself.
   */
  readonly process: 'shared' | 'own';
  readonly limits: T;
  readonly calls: C;
  /** The state with which a channel begins. */
  readonly state: State;
  /** The things that its process may do beyond answering channels and using what it holds; nothing by default. */
  readonly walls?: ServiceWalls<LimitsOf<T>>;
  /**
   * Opens the possessions of the service, in the launcher. The framework closes the descriptors there.
   *
   * @throws Error for something that cannot be opened.
   */
  prepare(limits: LimitsOf<T>): Holdings;
  /** Makes paths in the limits of a document absolute; the folder is that of the document. */
  resolve?(limits: LimitsOf<T>, directory: string): LimitsOf<T>;
  /** Names files whose change would change what the service does at the next start: no program may be granted that. */
  steeredBy?(limits: LimitsOf<T>): readonly string[];
  /**
   * The part of the launcher that does what no confined process can do. It gets the limits of the grant and decides by them
   * itself; the service holds the other ends of its sockets as the descriptors `launcher` and `handed`. `undefined` for
   * limits with which it asks for nothing.
   */
  asks?(limits: LimitsOf<T>): LauncherPart | undefined;
  /** True if its limits can leave the launcher out, so that a zygote opens it with such limits. */
  readonly standsAlone?: boolean;
  /** Says for the plan of a start what this host lacks for the service, in sentences; nothing by default. */
  warns?(limits: LimitsOf<T>): readonly string[];
  /** The kinds of sockets of this host's network that its answers may bring; none by default. */
  hands?(limits: LimitsOf<T>): readonly SocketKind[];
  /** Makes the functions, in the process of services, before it is confined: they may not open anything later. */
  start(held: Holdings, limits: LimitsOf<T>, host: ServiceHost): ServiceHandlers<LimitsOf<T>, C, State>;
};

/** A service whose types are not known, as tables hold it: its values are read by its shapes before it sees them. */
export type AnyService = Omit<
  Service<ServiceLimitTable, ServiceCalls, unknown>,
  'prepare' | 'start' | 'walls' | 'asks' | 'warns' | 'hands' | 'resolve' | 'steeredBy'
> & {
  readonly walls?: ServiceWalls<SomeLimits>;
  resolve?(limits: SomeLimits, directory: string): SomeLimits;
  steeredBy?(limits: SomeLimits): readonly string[];
  asks?(limits: SomeLimits): LauncherPart | undefined;
  warns?(limits: SomeLimits): readonly string[];
  hands?(limits: SomeLimits): readonly SocketKind[];
  prepare(limits: SomeLimits): Holdings;
  start(held: Holdings, limits: SomeLimits, host: ServiceHost): AnyHandlers;
};

/** The part of a service that its clients know. */
export type ServiceForm = Pick<AnyService, 'name' | 'limits' | 'calls' | 'state'>;

/** A function of a service whose types are not known. */
export type AnyHandler = ServiceHandler<SomeLimits, ServiceCall<unknown, unknown>, unknown>;

/** Functions of a service whose types are not known. */
export type AnyHandlers = Readonly<Record<string, AnyHandler>>;

/** Calls that every channel has; no service has calls of these names. */
export const channelCalls = ['clone', 'limit', 'limits'] as const;

/**
 * A service that stands outside this library: a program of its own serves it (`serve` of `cloudabi/program`), and clients use
 * the same declaration.
 */
export type ServiceDeclaration<T extends ServiceLimitTable, C extends ServiceCalls, State> = {
  /** The name, for messages. */
  readonly name: string;
  /** One sentence for documentation. */
  readonly about: string;
  readonly limits: T;
  readonly calls: C;
  /** The state with which a channel begins; a clone begins with a copy. */
  readonly state: State;
};

/** Declares a service that stands outside this library: infers its types, and checks that its names are free. */
export function declareService<const T extends ServiceLimitTable, const C extends ServiceCalls, State = null>(
  declared: Omit<ServiceDeclaration<T, C, State>, 'state'> & { readonly state?: State },
): ServiceDeclaration<T, C, State | null> {
  requireFreeNames(declared.name, declared.calls);
  return { ...declared, state: declared.state ?? null };
}

/** Defines a service: infers its types, and checks that its names are free. */
export function defineService<const T extends ServiceLimitTable, const C extends ServiceCalls, State>(
  service: Service<T, C, State>,
): Service<T, C, State> {
  requireFreeNames(service.name, service.calls);
  return service;
}

function requireFreeNames(name: string, calls: ServiceCalls): void {
  const taken = channelCalls.find((known) => Object.hasOwn(calls, known));
  if (taken !== undefined)
    throw new TypeError(`Service '${name}' has a call '${taken}', which every channel has`);
}
