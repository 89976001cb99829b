import { lstatSync, readdirSync } from 'node:fs';

/* The names at the top of /proc, by what becomes of each when a program gets a /proc without the machine's own part. */

/**
 * Names that stay: they lead to the process that reads, and are symbolic links, which nothing can be mounted on.
 * Directories of processes are named by their ids and are no names of this kind.
 */
const KEPT: ReadonlySet<string> = new Set(['self', 'thread-self', 'mounts', 'net']);

/** Directories that show the contents of a namespace of the program: they stay, but cannot be changed. */
export const OWN_DIRECTORIES: readonly string[] = ['sysvipc'];

/** Names that kernels have at the top of /proc (proc(5), fs/proc), with those of common modules. */
const KNOWN_DIRECTORIES: readonly string[] = [
  ...['acpi', 'asound', 'bus', 'driver', 'dynamic_debug', 'fs', 'ide', 'irq', 'pressure', 'scsi', 'tty'],
];
const KNOWN_FILES: readonly string[] = [
  ...[
    'allocinfo',
    'bootconfig',
    'buddyinfo',
    'config.gz',
    'consoles',
    'crypto',
    'devices',
    'dma',
    'execdomains',
  ],
  ...[
    'fb',
    'interrupts',
    'iomem',
    'ioports',
    'kallsyms',
    'kcore',
    'key-users',
    'keys',
    'kmsg',
    'kpagecgroup',
  ],
  ...[
    'kpagecount',
    'kpageflags',
    'latency_stats',
    'locks',
    'mdstat',
    'misc',
    'mtrr',
    'pagetypeinfo',
    'sched_debug',
  ],
  ...[
    'schedstat',
    'slabinfo',
    'softirqs',
    'sysrq-trigger',
    'timer_list',
    'timer_stats',
    'vmallocinfo',
    'zoneinfo',
  ],
];

/** Something at the top of /proc that every process of the machine shares. */
export type SharedName = {
  readonly name: string;
  readonly directory: boolean;
  /** True if this host's /proc shows it, so that a new one has it, too. */
  readonly certain: boolean;
};

/** The time for which a listing is believed, in milliseconds: a module of the kernel can add a name at any time. */
const BELIEVED = 1000;

let listed: { readonly names: readonly SharedName[]; readonly at: number } | undefined;

/**
 * Lists the shared entries at the top of /proc: those of this host, and those of other known kernels, should
 * the /proc of the launcher hide a part. Of the latter, not all is there.
 */
export function sharedNames(): readonly SharedName[] {
  if (listed !== undefined && Date.now() - listed.at < BELIEVED) return listed.names;
  const found = new Map<string, SharedName>();
  for (const name of KNOWN_DIRECTORIES) found.set(name, { name, directory: true, certain: false });
  for (const name of KNOWN_FILES) found.set(name, { name, directory: false, certain: false });
  for (const entry of hostNames()) found.set(entry.name, entry);
  const names = [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  listed = { names, at: Date.now() };
  return names;
}

function hostNames(): SharedName[] {
  // Node's own look at types fails when a process ends while it lists.
  return readdirSync('/proc')
    .filter((name) => !/^\d+$/.test(name) && !KEPT.has(name))
    .flatMap((name) => {
      const stats = lstatSync(`/proc/${name}`, { throwIfNoEntry: false });
      if (stats === undefined || stats.isSymbolicLink()) return [];
      return [{ name, directory: stats.isDirectory(), certain: true }];
    });
}
