import { statSync } from 'node:fs';
import { Filetype } from '../../abi/generated/constants.ts';
import { launchList } from '../../gates/linux/launch-list.ts';
import type { HostObject } from '../../gates/linux/objects.ts';
import { launcherNow } from '../../gates/linux/start.ts';
import type { Walls, WorldEntry } from '../../gates/linux/world.ts';
import type { CallList } from '../../host/processes/call-list.ts';
import { FileResource } from '../../resources/file.ts';
import type { Plan } from '../plan-types.ts';
import { networkOf, seenAt } from './open.ts';
import type { PlannedEntry, PlannedLinux } from './planned.ts';

/** Stand for the numbers of descriptors that a launch opens, which are found out then. */
const STATUS = 1000;
const EXECUTABLE = 1001;
const RULESET = 1002;
const SCOPE = 1003;
const FIRST_GIVEN = 1010;

/**
 * The list of system calls that a new process makes to become the program. Nothing is opened: descriptors of the
 * launcher have made-up numbers from 1000.
 */
export function systemCallsOf(plan: Plan, linux: PlannedLinux, walls: Walls): CallList {
  const objects = new Map<WorldEntry, HostObject>();
  const entries = linux.entries.flatMap((planned): WorldEntry[] => {
    if (walls === 'landlock' && planned.kind !== 'mount' && planned.kind !== 'device') return [];
    const entry = entryOf(planned);
    const path = planned.kind === 'mount' ? planned.path : planned.kind === 'device' ? planned.at : undefined;
    if (path !== undefined) objects.set(entry, objectAt(path));
    return [entry];
  });
  return launchList({
    world: {
      executable: EXECUTABLE,
      executablePath: seenAt(linux),
      arguments: plan.command?.arguments ?? [],
      environment: [...(plan.command?.environment ?? [])],
      workingDirectory: linux.workingDirectory,
      entries,
      descriptors: [],
      network: networkOf(linux.network),
      limits: { resources: linux.resources, cgroups: [] },
      calls: linux.calls,
      walls,
    },
    launcher: launcherNow(),
    objects,
    sealed: walls === 'landlock' ? new Map() : sealedOf(plan),
    program: objectAt(linux.image),
    status: STATUS,
    descriptors: {
      executable: EXECUTABLE,
      ruleset: RULESET,
      given: plan.grants.map(({ descriptor }, index) => [descriptor, FIRST_GIVEN + index] as const),
    },
    scope: walls === 'landlock' ? SCOPE : undefined,
    filters: true,
  });
}

/** Files that the program is handed to be read. */
function sealedOf({ grants }: Plan): Map<number, HostObject> {
  const sealed = new Map<number, HostObject>();
  for (const [index, { resource, type }] of grants.entries()) {
    if (!(resource instanceof FileResource) || type !== Filetype.regular_file) continue;
    const { absolute, rights } = resource.grant;
    if (!rights.presets.includes('write')) sealed.set(FIRST_GIVEN + index, objectAt(absolute));
  }
  return sealed;
}

function entryOf(planned: PlannedEntry): WorldEntry {
  if (planned.kind !== 'mount') return planned;
  const { at, access, execute } = planned;
  return { kind: 'mount', descriptor: -1, at, access, execute };
}

function objectAt(path: string): HostObject {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return {
    descriptor: -1,
    path: Buffer.from(path),
    device: found?.dev ?? 0n,
    inode: found?.ino ?? 0n,
    directory: found?.isDirectory() ?? false,
  };
}
