import type { Limits } from '../../resources/limits.ts';
import type { ProcShow } from '../../resources/linux-parts.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import { CPU_PERIOD } from '../../worlds/cgroup-host.ts';
import { cpusOf, hostText, type MachineShare } from '../../worlds/machine.ts';
import type { CgroupFile } from '../../worlds/world.ts';
import type { PlannedEntry } from './planned.ts';
import { BASE } from './planned.ts';

/* The program's view of processes and of the machine: the share of it that its limits leave. */

/** The number by which version 1 says that memory has no limit: the largest number of whole pages. */
const NO_MEMORY_LIMIT = '9223372036854771712';

/** The file that says how the kernel uses huge pages; programs such as Go's ask. */
const HUGE_PAGES = '/sys/kernel/mm/transparent_hugepage';

/** The user's decisions about a program that matter here. */
export type MachineOptions = { readonly limits: Limits; readonly network: NetworkGrant };

/** The entries of `/proc`, and of `/sys` where the machine is shown. */
export function machineEntries(show: ProcShow, { limits, network }: MachineOptions): PlannedEntry[] {
  if (show === 'processes') return [{ ...BASE, kind: 'proc', at: '/proc', show }];
  const hostNetwork = network.mode === 'host';
  const share: MachineShare = {
    ...(limits.cpus !== undefined && { cpus: limits.cpus }),
    ...(limits.memory !== undefined && { memory: limits.memory }),
    hostNetwork,
  };
  // Files beneath /proc/PID/net are those of the network: root could change the host's, also without capabilities.
  const attributes = !(hostNetwork && process.getuid?.() === 0);
  const proc: PlannedEntry = { ...BASE, kind: 'proc', at: '/proc', show, attributes, share };
  return show === 'everything' ? [proc] : [proc, ...systemEntries(share, limits)];
}

function systemEntries(share: MachineShare, limits: Limits): PlannedEntry[] {
  const text = (at: string, content: string): PlannedEntry => ({ ...BASE, kind: 'text', at, content });
  const cpus = cpusOf(share);
  const all = cpus === 1 ? '0\n' : `0-${cpus - 1}\n`;
  const entries = ['online', 'possible', 'present'].map((name) =>
    text(`/sys/devices/system/cpu/${name}`, all),
  );
  entries.push(text(`${HUGE_PAGES}/enabled`, 'always [madvise] never\n'));
  const files = cgroupFiles(limits);
  if (files.length > 0) entries.push({ ...BASE, kind: 'cgroup', at: '/sys/fs/cgroup', files });
  return entries;
}

/** The files of a control group with these limits; none for none. */
function cgroupFiles({ memory, cpus, processes }: Limits): CgroupFile[] {
  if (memory === undefined && cpus === undefined && processes === undefined) return [];
  const quota = cpus === undefined ? undefined : Math.max(1000, Math.round(cpus * CPU_PERIOD));
  return [
    ...(hasFirst() ? firstFiles(memory, quota) : []),
    ['cgroup.controllers', 'cpu memory pids\n'],
    ['cgroup.type', 'domain\n'],
    ['cpu.max', `${quota ?? 'max'} ${CPU_PERIOD}\n`],
    ['cpu.weight', '100\n'],
    ['memory.high', 'max\n'],
    ['memory.low', '0\n'],
    ['memory.max', `${memory ?? 'max'}\n`],
    ['memory.min', '0\n'],
    ['memory.swap.max', memory === undefined ? 'max\n' : '0\n'],
    ['pids.max', `${processes ?? 'max'}\n`],
  ];
}

/** Tells whether /proc/self/cgroup names groups of version 1, so that programs look for the files of that. */
function hasFirst(): boolean {
  return /^\d+:[^:]*\bmemory\b/m.test(hostText('self/cgroup'));
}

/** The same as version 1 has it, where the largest number stands for no limit. */
function firstFiles(memory: number | undefined, quota: number | undefined): CgroupFile[] {
  return [
    ['cpu/cpu.cfs_period_us', `${CPU_PERIOD}\n`],
    ['cpu/cpu.cfs_quota_us', `${quota ?? -1}\n`],
    ['memory/memory.limit_in_bytes', `${memory ?? NO_MEMORY_LIMIT}\n`],
    ['memory/memory.soft_limit_in_bytes', `${NO_MEMORY_LIMIT}\n`],
  ];
}
