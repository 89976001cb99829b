import type { LookupAddress } from 'node:dns';
import type { CpuInfo, NetworkInterfaceInfo, UserInfo } from 'node:os';

/** The answer of a Node function, a value or an error, as data that can be handed to a worker. */
export type AnswerData<T> =
  | { readonly value: T }
  | { readonly message: string; readonly properties: Readonly<Record<string, unknown>> };

/** Asks a function now, for later calls. */
export function answered<T>(ask: () => T): AnswerData<T> {
  try {
    return { value: ask() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { message: error.message, properties: { ...error, name: error.name } };
  }
}

/** Answers as the function did. */
export function again<T>(answer: AnswerData<T>): T {
  if ('value' in answer) return structuredClone(answer.value);
  throw Object.assign(new Error(answer.message), answer.properties);
}

/** The facts that `prepare` has read, for the functions that take the place of Node's own (guards.ts). */
export type System = {
  /** These fail as Node's own did: not every user is in the list of users, nor every network looked at. */
  readonly user: AnswerData<UserInfo<string>>;
  readonly home: AnswerData<string>;
  readonly networkInterfaces: AnswerData<NodeJS.Dict<NetworkInterfaceInfo[]>>;
  readonly processors: readonly CpuInfo[];
  /** Open descriptors of /proc/meminfo and /proc/stat, which are read anew each time. */
  readonly memory: number;
  readonly times: number;
};

/** Everything that has been prepared so far, as data that can be handed to a worker. */
export type Prepared = {
  system: System | undefined;
  /** Certificates by the name of the list. */
  readonly certificates: Map<string, string[]>;
  readonly names: Map<string, readonly LookupAddress[]>;
  locales: boolean;
  /** The facts that `enter` finds out by itself. */
  found: FactsFound | undefined;
};

/** Facts that Node would read at its first use, when it would get a default. */
export type FactsFound = {
  readonly parallelism: number;
  /** The answer of `process.constrainedMemory()`, where there is one. */
  readonly memoryLimit: unknown;
  readonly nameServers: readonly string[];
};

/** Under this name of `setEnvironmentData` workers find the preparations. */
export const PREPARED = 'cloudabi-prepared';

/** The facts that were prepared on this thread, or on the one that has started it. */
export const prepared: Prepared = {
  system: undefined,
  certificates: new Map(),
  names: new Map(),
  locales: false,
  found: undefined,
};
