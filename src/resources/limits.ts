import { MOST_THREADS } from '../kernel/waiting.ts';
import { Fields, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { readDuration, readSize } from './quantity.ts';
import type { Written } from './written.ts';

/** Limits on a process as a whole. `threads` is for WebAssembly programs; those behind it are for Linux programs. */
export type Limits = {
  /** Bytes of memory the program may have. */
  readonly memory?: number;
  /** Time from start to the end, in milliseconds. */
  readonly wallClock?: number;
  /** Threads a WebAssembly program may have at once, the first included. */
  readonly threads?: number;
  /** The most processes and threads at once; of a CloudABI executable, processes. */
  readonly processes?: number;
  /** The processors' worth of time it may use, such as 1.5. */
  readonly cpus?: number;
  /** Processor time of a process, in milliseconds; counted in whole seconds. */
  readonly cpuTime?: number;
  /** The most descriptors that a process may have open. */
  readonly openFiles?: number;
  /** Bytes that a file it writes may have. */
  readonly fileSize?: number;
  /** Bytes that changes of a directory may take which are kept aside. */
  readonly changes?: number;
};

/** A name of a limit. */
export type LimitName = keyof Limits;

/** Limits that only Linux programs can have, by their names in a document. */
export const linuxLimits: ReadonlyMap<string, LimitName> = new Map([
  ['processes', 'processes'],
  ['cpus', 'cpus'],
  ['cpu_time', 'cpuTime'],
  ['open_files', 'openFiles'],
  ['file_size', 'fileSize'],
  ['changes', 'changes'],
]);

/** The names of all limits, as a document spells them. */
export const limitNames: readonly string[] = ['memory', 'wall_clock', 'threads', ...linuxLimits.keys()];

/** One page of WebAssembly; no program has less. */
const MIN_MEMORY = 2 ** 16;
const MAX_MEMORY = 2 ** 40;

/** The longest time a timer can wait. */
const MAX_WALL_CLOCK = 2 ** 31 - 1;

/** The kernel's own maximum of process ids (PID_MAX_LIMIT). */
const MAX_PROCESSES = 2 ** 22;
const MIN_CPUS = 0.01;
const MAX_CPUS = 4096;
const MAX_CPU_TIME = 2 ** 31 - 1;
const MAX_OPEN_FILES = 2 ** 20;
const MAX_FILE_SIZE = 2 ** 50;

/**
 * Reads `limits`: `memory` such as 64 MiB, `wall_clock` such as 10s and so on. Without them nothing is limited but
 * the threads of a WebAssembly program, to `DEFAULT_THREADS`.
 *
 * @param given Gets the place of each limit that was written, by its name.
 */
export function readLimits(
  written: Written | undefined,
  context: ReadContext,
  given = new Map<string, Position | undefined>(),
): Limits {
  if (written === undefined) return {};
  const fields = Fields.read(written, limitNames, context);
  if (fields === undefined) return {};
  for (const name of limitNames) if (fields.has(name)) given.set(name, fields.at(name));
  return withoutUndefined({
    memory: readSize(fields, 'memory', MIN_MEMORY, MAX_MEMORY),
    wallClock: readDuration(fields, 'wall_clock', 1, MAX_WALL_CLOCK),
    threads: fields.integer('threads', 1, MOST_THREADS),
    processes: fields.integer('processes', 1, MAX_PROCESSES),
    cpus: readCpus(fields),
    cpuTime: readDuration(fields, 'cpu_time', 1000, MAX_CPU_TIME),
    openFiles: fields.integer('open_files', 4, MAX_OPEN_FILES),
    fileSize: readSize(fields, 'file_size', 0, MAX_FILE_SIZE),
    changes: readSize(fields, 'changes', 1, MAX_FILE_SIZE),
  });
}

function readCpus(fields: Fields): number | undefined {
  const written = fields.get('cpus');
  if (written === undefined) return undefined;
  const value = written.kind === 'scalar' ? written.value : undefined;
  const cpus = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  if (typeof cpus === 'number' && cpus >= MIN_CPUS && cpus <= MAX_CPUS) return cpus;
  return fields.expected(
    'cpus',
    `a number of processors from ${MIN_CPUS} to ${MAX_CPUS}, such as 1.5`,
    written,
  );
}

/** For each limit the smaller of two. */
export function smallestLimits(a: Limits, b: Limits): Limits {
  const smaller = (name: LimitName): number | undefined => {
    const least = Math.min(a[name] ?? Infinity, b[name] ?? Infinity);
    return least === Infinity ? undefined : least;
  };
  return withoutUndefined({
    memory: smaller('memory'),
    wallClock: smaller('wallClock'),
    threads: smaller('threads'),
    processes: smaller('processes'),
    cpus: smaller('cpus'),
    cpuTime: smaller('cpuTime'),
    openFiles: smaller('openFiles'),
    fileSize: smaller('fileSize'),
    changes: smaller('changes'),
  });
}

function withoutUndefined(limits: { readonly [Name in LimitName]: number | undefined }): Limits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
