import type { CommandParts } from '../../resources/command.ts';
import type { Limits } from '../../resources/limits.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { spellLimit } from '../../resources/spelling.ts';
import { formatDuration, formatSize } from '../../text/units.ts';
import type { CgroupLimit, CgroupLimits } from '../../worlds/cgroup-host.ts';
import { type CgroupPlace, type Controller, cgroupPlaces } from '../../worlds/cgroup-host.ts';
import type { ResourceLimit } from '../../worlds/world.ts';
import type { Enforcement } from '../plan-types.ts';

/** The mechanisms that hold the limits on a Linux program. */
export type HeldLimits = {
  readonly resources: readonly (readonly [ResourceLimit, number])[];
  readonly cgroups: CgroupLimits | undefined;
  readonly enforcement: readonly Enforcement[];
};

/** Processes of ours that are in the program's control group with it: none, its first process stays outside. */
const OWN_PROCESSES = 0;

/**
 * Chooses the mechanism of each limit: a control group where we may make one, since that counts all processes together;
 * otherwise a resource limit, which counts each process for itself.
 *
 * @param written The place of each limit, by its name in a document, and the spelling of names.
 */
export function holdLimits(
  limits: Limits,
  written: Pick<CommandParts, 'limitsGiven' | 'spelling'>,
  mistakes: Mistakes,
  places: () => ReadonlyMap<Controller, CgroupPlace> = cgroupPlaces,
): HeldLimits {
  const { limitsGiven: given, spelling } = written;
  const { memory, processes, cpus, cpuTime, openFiles, fileSize, changes, wallClock } = limits;
  const resources: [ResourceLimit, number][] = [];
  const cgroups: CgroupLimit[] = [];
  const enforcement: Enforcement[] = [];
  const found = [memory, processes, cpus].every((limit) => limit === undefined) ? new Map() : places();

  /** Tells whether a control group holds it. */
  const group = (controller: Controller, value: number, limit: string): boolean => {
    const place = found.get(controller);
    if (place === undefined) return false;
    cgroups.push({ controller, place, value });
    enforcement.push({ limit, by: [`control group (version ${place.version}, ${controller})`] });
    return true;
  };
  const resource = (name: ResourceLimit, value: number, limit: string, by: string): void => {
    resources.push([name, value]);
    enforcement.push({ limit, by: [by] });
  };

  if (
    memory !== undefined &&
    !group('memory', memory, `At most ${formatSize(memory)} of memory, all processes together`)
  )
    resource(
      'dataSize',
      memory,
      `At most ${formatSize(memory)} of memory of its own in each process, not counting shared memory and files in memory`,
      'RLIMIT_DATA',
    );
  const counted =
    processes === undefined ||
    group('pids', processes + OWN_PROCESSES, `At most ${processes} processes and threads`);
  if (!counted && process.getuid?.() === 0)
    mistakes.add(
      "Limit 'processes' cannot be held for root on this host: it needs a control group with the pids controller that we may write to, since RLIMIT_NPROC does not count root's processes",
      given.get('processes'),
    );
  else if (!counted)
    resource(
      'processes',
      processes + OWN_PROCESSES,
      `At most ${processes} processes and threads of this user`,
      'RLIMIT_NPROC',
    );
  if (cpus !== undefined && !group('cpu', cpus, `At most the time of ${cpus} processors`))
    mistakes.add(
      `Limit 'cpus' cannot be held on this host: it needs a control group with the cpu controller that we may write to; leave it out or limit '${spellLimit('cpu_time', spelling)}'`,
      given.get('cpus'),
    );
  if (cpuTime !== undefined) {
    const seconds = Math.ceil(cpuTime / 1000);
    resource('cpuTime', seconds, `At most ${seconds} s of processor time in each process`, 'RLIMIT_CPU');
  }
  if (openFiles !== undefined)
    resource(
      'openFiles',
      openFiles,
      `At most ${openFiles} open descriptors in each process`,
      'RLIMIT_NOFILE',
    );
  if (fileSize !== undefined)
    resource('fileSize', fileSize, `No file it writes larger than ${formatSize(fileSize)}`, 'RLIMIT_FSIZE');
  if (changes !== undefined)
    enforcement.push({
      limit: `About ${formatSize(changes)} of changes of each directory that are kept aside`,
      by: ['counts and SIGKILL of the launcher'],
    });
  if (wallClock !== undefined)
    enforcement.push({
      limit: `At most ${formatDuration(wallClock)} from start to end`,
      by: ['timer and SIGKILL of the launcher'],
    });
  return { resources, cgroups: cgroups.length === 0 ? undefined : cgroups, enforcement };
}
