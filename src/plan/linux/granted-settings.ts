import { accessSync, constants } from 'node:fs';
import type { CommandParts } from '../../resources/command.ts';
import { HeldFile, type HeldFiles } from '../../resources/held-files.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { ServiceResource } from '../../resources/service-resource.ts';
import { spellSetting } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { type GrantedSetting, grantedSettings, SETTINGS } from '../../services/offered/sysctl.ts';
import type { PlacedName, Walls } from '../../worlds/world.ts';
import type { Warning } from '../plan-types.ts';
import type { PlannedEntry } from './planned.ts';
import type { PlannedTree } from './tree.ts';

/*
 * Settings of the kernel that a Linux program finds as files. Each is the host's own, mounted alone at its place beneath
 * /proc/sys, read-only unless it may be changed.
 */

/** The plan that settings are put into, behind all grants. */
export type SettingsContext = {
  readonly walls: Walls;
  readonly network: NetworkGrant;
  readonly tree: PlannedTree;
  readonly files: HeldFiles;
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
};

/** Settings of System V IPC (ipc_namespaces(7)); they belong to the namespace of the process that looks. */
const IPC_SETTINGS =
  /^(?:fs\/mqueue\/.*|kernel\/(?:sem|shm(?:max|all|mni|_rmid_forced)|msg(?:max|mnb|mni)|(?:sem|shm|msg)_next_id|auto_msgmni))$/;

/** Settings of a UTS namespace (uts_namespaces(7)). */
const UTS_SETTINGS = /^kernel\/(?:hostname|domainname)$/;

/** Tells whether a service is one that is seen as files, so that no socket leads to it. */
export function isFiles({ service }: ServiceResource): boolean {
  return service.name === 'sysctl';
}

/** Puts the files of granted settings into the world of a program. Precondition: all other entries are there. */
export function putSettings({ linux, spelling }: CommandParts, context: SettingsContext): void {
  for (const resource of linux.services.filter(isFiles)) {
    const { service, limits, position } = resource;
    for (const message of service.warns?.(limits) ?? [])
      context.warnings.push({ message, position, place: 'services' });
    for (const setting of grantedSettings(resource.written)) {
      const problem =
        problemOf(setting, context, spellSetting('network', 'host', spelling)) ??
        placeProblem(setting, context);
      if (problem === undefined) context.tree.put(mountOf(setting, position));
      else
        context.mistakes.add(
          `The program cannot see setting ${quote(setting.written)} as a file: ${problem}`,
          position,
          'services',
        );
    }
  }
}

/** Lists the places beneath `sys` that a /proc of the program's own needs for these entries. */
export function placesInSettings(entries: readonly PlannedEntry[]): readonly PlacedName[] {
  const beneath = `${SETTINGS}/`;
  return entries.flatMap((entry) =>
    entry.kind === 'mount' && entry.at.startsWith(beneath)
      ? [{ name: entry.at.slice(beneath.length), directory: entry.type === 'directory' }]
      : [],
  );
}

function mountOf(setting: GrantedSetting, position: PlannedEntry['position']): PlannedEntry {
  const { path, directory, access } = setting;
  return {
    kind: 'mount',
    at: path,
    path,
    type: directory ? 'directory' : 'file',
    access: access === 'read' ? 'read' : 'write',
    execute: false,
    file: undefined,
    why: 'services',
    position,
  };
}

function problemOf(
  { path, directory, access }: GrantedSetting,
  { walls, network, files }: SettingsContext,
  hostNetwork: string,
): string | undefined {
  if (access === 'write') return "it could read what it may write there; grant 'read-write'";
  if (walls === 'all') {
    const name = path.slice(SETTINGS.length + 1);
    const own = 'the program has one of its own';
    if (/^net(?:\/|$)/.test(name) && network.mode !== 'host')
      return `it belongs to the network of this host, and ${own}; grant '${hostNetwork}', or a channel (!service) to a program of ours`;
    if (/^user(?:\/|$)/.test(name)) return `it belongs to a user namespace, and ${own}`;
    if (IPC_SETTINGS.test(name)) return `it belongs to the IPC namespace of this host, and ${own}`;
    if (UTS_SETTINGS.test(name)) return `it belongs to the name of this host, and ${own}`;
  }
  const found = files.find(path);
  if (found === undefined) return 'this kernel has no such setting';
  if (!(found instanceof HeldFile)) return found;
  if (found.stats.isDirectory() !== directory)
    return directory
      ? 'it is no directory of settings'
      : "it has settings beneath it; add '.*' for all of these";
  const wanted = access === 'read' ? constants.R_OK : constants.R_OK | constants.W_OK;
  return directory || may(found, wanted)
    ? undefined
    : `the user may not ${access === 'read' ? 'read' : 'read and write'} it`;
}

function may(file: HeldFile, wanted: number): boolean {
  try {
    accessSync(file.name, wanted);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

function placeProblem(
  { path, directory }: GrantedSetting,
  { walls, tree }: SettingsContext,
): string | undefined {
  return walls === 'landlock' ? undefined : tree.noPlaceFor(path, directory);
}
