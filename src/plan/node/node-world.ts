import { closeSync, openSync } from 'node:fs';
import { isBeneath } from '../../host/files/beneath.ts';
import { O_PATH } from '../../linux/open-flags.ts';
import { withoutCall } from '../../walls/call-filter.ts';
import { heldCapabilities } from '../../walls/capabilities.ts';
import { KEPT_CAPABILITIES } from '../../walls/confinement.ts';
import { launcherNow } from '../../worlds/start.ts';
import type { World, WorldEntry } from '../../worlds/world.ts';
import { hostsFiles, systemFiles } from '../linux/base.ts';
import { type AddonFolders, holdFolders } from './addons.ts';
import { ENTRY, nodeFiles } from './files.ts';

/** A world whose objects are open. */
export type NodeWorld = {
  readonly world: World;
  /** Closes them: for when the process has its own, or was not started. */
  close(): void;
};

/** A network, with the files and variables that go with it. */
export type NodeNetwork = {
  readonly network: World['network'];
  readonly entries: readonly Extract<WorldEntry, { kind: 'text' | 'mount' }>[];
  readonly environment: World['environment'];
};

const NO_NETWORK: NodeNetwork = { network: { kind: 'none' }, entries: [], environment: [] };

/** The walls of this world are only half of all: the process raises its other walls itself, when Node has started. */
const WALLS = 'all';

/**
 * Opens the world of a process of Node's: Node, its libraries, a few files of ours, its own processes, and nothing that
 * any program is granted. No network, no name of the host.
 *
 * @param descriptors The descriptors that the process inherits: its number there, and the host descriptor, which stays
 * the caller's.
 * @param addons Folders of the host that granted addons are loaded from; they lie where they lie on the host.
 * @param within A network that leads to granted hosts, and what it brings; none by default.
 * @throws ElfError, SystemError, Error of Node.
 */
export function openNodeWorld(
  descriptors: World['descriptors'],
  addons: AddonFolders = { packages: [], links: [] },
  within: NodeNetwork = NO_NETWORK,
): NodeWorld {
  const { node, mounts, links } = nodeFiles();
  const open: number[] = [];
  const close = (): void => {
    for (const descriptor of open.splice(0)) closeSync(descriptor);
  };
  const openPath = (path: string): number => {
    const descriptor = openSync(path, O_PATH);
    open.push(descriptor);
    return descriptor;
  };
  try {
    const entries: WorldEntry[] = [];
    const mount = (path: string, at: string, execute: boolean): void => {
      entries.push({ kind: 'mount', descriptor: openPath(path), at, access: 'read', execute });
    };
    // The libraries that addons need are not known before they are loaded.
    for (const entry of addons.packages.length === 0 ? [] : systemFiles()) {
      if (entry.kind === 'mount') mount(entry.path, entry.at, entry.execute);
      else entries.push(entry);
    }
    const isThere = (path: string): boolean => entries.some(({ at }) => isBeneath(path, at));
    for (const [at, target] of links) if (!isThere(at)) entries.push({ kind: 'symlink', at, target });
    for (const { path, at, execute } of mounts) if (!isThere(at)) mount(path, at, execute);
    const folders = holdFolders(addons.packages);
    open.push(...folders.map(({ descriptor }) => descriptor));
    for (const [at, target] of addons.links) if (!isThere(at)) entries.push({ kind: 'symlink', at, target });
    for (const { path, descriptor } of folders)
      if (!isThere(path))
        entries.push({ kind: 'mount', descriptor, at: path, access: 'read', execute: true });
    const { network, environment } = within;
    if (network.kind === 'named')
      for (const entry of hostsFiles()) if (entry.kind === 'text') entries.push(entry);
    entries.push(...within.entries);
    entries.push({ kind: 'device', at: '/dev/null', device: 'null' });
    entries.push({ kind: 'proc', at: '/proc', show: 'processes' });
    const world: World = {
      executable: openPath(node),
      executablePath: node,
      arguments: ['node', ENTRY],
      environment,
      workingDirectory: '/',
      entries,
      descriptors,
      network,
      limits: { resources: [], cgroups: [] },
      calls: [],
      walls: WALLS,
      // Newer event loops make a ring of io_uring(7), through which no filter sees.
      filter: withoutCall('io_uring_setup'),
      capabilities: keptCapabilities(),
    };
    return { world, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Root keeps the capabilities for granted files of other users, until Landlock bounds where. */
function keptCapabilities(): readonly number[] {
  if (!launcherNow().privileged) return [];
  const held = heldCapabilities();
  return KEPT_CAPABILITIES.filter((capability) => ((held >> BigInt(capability)) & 1n) === 1n);
}
