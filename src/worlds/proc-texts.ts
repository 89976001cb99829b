import { SECONDS } from './clock.ts';
import { hostText, type Machine, type MachineShare, machineOf } from './machine.ts';
import type { TextFiles } from './text-files.ts';

/* The synthetic files of a /proc (proc(5)): numbers of what the program may use, zero for what others do. */

/** Makes ticks of the clock of whole seconds: there are 100 in each (USER_HZ). */
const TICKS = '00';

/** As many processors as fit into one call of writev(2) with their times, which takes 1024 pieces. */
const MOST_LINES = 500;

/** KiB of a huge page where the kernel does not say. */
const HUGE_PAGE = 2048;

/** The controllers that old kernels list; without a hierarchy of their own, as where version 2 has them all. */
const CONTROLLERS =
  'cpuset cpu cpuacct blkio memory devices freezer net_cls perf_event net_prio hugetlb pids rdma';

/** Makes the files at the top. */
export function topTexts(share: MachineShare): TextFiles {
  const machine = machineOf(share);
  return new Map([
    ['cgroups', cgroups()],
    ['cpuinfo', cpuinfo(machine)],
    ['filesystems', hostText('filesystems')],
    ['loadavg', '0.00 0.00 0.00 1/1 1\n'],
    ['meminfo', meminfo(machine)],
    ['version', hostText('version')],
    ['vmstat', vmstat()],
  ]);
}

function cgroups(): string {
  const lines = CONTROLLERS.split(' ').map((name) => `${name}\t0\t1\t1\n`);
  return `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${lines.join('')}`;
}

/** Lines of a processor that number it, by architecture; and the lines that say which of a socket's it is. */
function numbered(line: string, index: number, cpus: number): string {
  const [, name, blank] = /^([^\t:]+)(\s*): /.exec(line) ?? [];
  const say = (value: number): string => `${name}${blank}: ${value}`;
  switch (name) {
    case 'processor':
    case 'core id':
    case 'apicid':
    case 'initial apicid':
      return say(index);
    case 'physical id':
      return say(0);
    case 'siblings':
    case 'cpu cores':
      return say(cpus);
    default:
      return line;
  }
}

/** The first processor's block for each; it has the facts of the instruction CPUID, but for the microcode. */
function cpuinfo({ cpus }: Machine): string {
  const [block = ''] = hostText('cpuinfo').split('\n\n');
  const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('microcode'));
  const text = (index: number): string =>
    `${lines.map((line) => numbered(line, index, cpus)).join('\n')}\n\n`;
  return Array.from({ length: cpus }, (_, index) => text(index)).join('');
}

function meminfo({ memory, available }: Machine): string {
  const kib = (bytes: number): number => Math.floor(bytes / 1024);
  const huge = Number(/^Hugepagesize:\s+(\d+)/m.exec(hostText('meminfo'))?.[1] ?? HUGE_PAGE);
  const used = memory - available;
  const lines: readonly (readonly [name: string, kib: number])[] = [
    ['MemTotal', kib(memory)],
    ['MemFree', kib(available)],
    ['MemAvailable', kib(available)],
    ...zeros('Buffers Cached SwapCached'),
    ['Active', kib(used)],
    ['Inactive', 0],
    ['Active(anon)', kib(used)],
    ...zeros(
      'Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked SwapTotal SwapFree Dirty Writeback',
    ),
    ['AnonPages', kib(used)],
    ...zeros(
      'Mapped Shmem KReclaimable Slab SReclaimable SUnreclaim KernelStack PageTables NFS_Unstable Bounce',
    ),
    ...zeros('WritebackTmp'),
    ['CommitLimit', kib(memory)],
    ['Committed_AS', kib(used)],
    ['VmallocTotal', 2 ** 35 - 1],
    ...zeros('VmallocUsed VmallocChunk Percpu AnonHugePages ShmemHugePages ShmemPmdMapped'),
  ];
  const pages = ['HugePages_Total', 'HugePages_Free', 'HugePages_Rsvd', 'HugePages_Surp'];
  return [
    ...lines.map(([name, amount]) => `${`${name}:`.padEnd(16)}${String(amount).padStart(8)} kB\n`),
    ...pages.map((name) => `${`${name}:`.padEnd(16)}${'0'.padStart(8)}\n`),
    `Hugepagesize:   ${String(huge).padStart(8)} kB\n`,
    `Hugetlb:        ${'0'.padStart(8)} kB\n`,
  ].join('');
}

function zeros(names: string): readonly (readonly [name: string, amount: number])[] {
  return names.split(' ').map((name) => [name, 0]);
}

/**
 * Makes `stat`, with `SECONDS` for those since the start of the machine: all processors have been idle since. The line
 * that adds them up has one's time, since the seconds are known to the kernel alone.
 */
export function statText(share: MachineShare): string {
  const line = (name: string): string => `${name} 0 0 0 ${SECONDS}${TICKS} 0 0 0 0 0 0\n`;
  const started = /^btime (\d+)$/m.exec(hostText('stat'))?.[1] ?? '0';
  return [
    line('cpu '),
    ...Array.from({ length: Math.min(machineOf(share).cpus, MOST_LINES) }, (_, index) => line(`cpu${index}`)),
    `intr 0\nctxt 0\nbtime ${started}\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n`,
    'softirq 0 0 0 0 0 0 0 0 0 0 0\n',
  ].join('');
}

function vmstat(): string {
  const names =
    'nr_free_pages nr_dirty nr_writeback nr_mapped nr_slab_reclaimable nr_slab_unreclaimable pgpgin pgpgout pswpin ' +
    'pswpout pgalloc_normal pgfree pgactivate pgdeactivate pgfault pgmajfault pgscan_kswapd pgscan_direct oom_kill';
  return names
    .split(' ')
    .map((name) => `${name} 0\n`)
    .join('');
}

/** Settings that hold for the program as they hold for every process of the host, and say nothing but that. */
const SETTINGS: readonly string[] = [
  ...[
    'fs/inotify/max_user_watches',
    'fs/nr_open',
    'fs/pipe-max-size',
    'kernel/cap_last_cap',
    'kernel/ngroups_max',
    'kernel/osrelease',
  ],
  ...['kernel/ostype', 'kernel/overflowgid', 'kernel/overflowuid', 'kernel/pid_max', 'vm/max_map_count'],
  ...['vm/mmap_min_addr', 'vm/overcommit_memory'],
];

/** Settings of a network namespace as it is new (net/ipv4, net/core of Linux), for programs that have one. */
const NETWORK_SETTINGS: readonly (readonly [path: string, text: string])[] = [
  ['net/core/somaxconn', '4096'],
  ['net/ipv4/ip_local_port_range', '32768\t60999'],
];

/** Makes the files of `sys`. */
export function settingTexts({ hostNetwork }: MachineShare): TextFiles {
  const found = new Map<string, string>();
  const put = (path: string, text: string): void => {
    if (text !== '') found.set(`sys/${path}`, text);
  };
  for (const path of SETTINGS) put(path, hostText(`sys/${path}`));
  for (const [path, text] of NETWORK_SETTINGS) put(path, hostNetwork ? hostText(`sys/${path}`) : `${text}\n`);
  // It tells one run of a machine from another: by a number of this process's own, which was random when it was read.
  put('kernel/random/boot_id', hostText('sys/kernel/random/uuid'));
  return found;
}
