import { posix } from 'node:path';
import { linkTarget } from '../../host/files/path-trace.ts';
import type { Limits } from '../../resources/limits.ts';
import type { Base, LinuxParts } from '../../resources/linux-parts.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import { devices, hostsFiles, madeUp, networkFiles, privateTmp, ROOT_LINKS, systemFiles } from './base.ts';
import { coverBase } from './cover.ts';
import { serviceFiles } from './granted-services.ts';
import type { Identity } from './identity.ts';
import { machineEntries } from './machine-entries.ts';
import type { PlannedTree } from './tree.ts';

/** The facts that the files of a base depend on. */
export type BaseContext = {
  readonly base: Base;
  readonly linux: LinuxParts;
  readonly network: NetworkGrant;
  readonly limits: Limits;
  readonly identity: Identity;
};

/** Puts the files of a base into the world of a program, before those that are granted. */
export function putBase(tree: PlannedTree, { base, linux, network, limits, identity }: BaseContext): void {
  const { tmp, dev, proc, terminal, services } = linux;
  const system = base === 'system';
  if (system) for (const entry of [...systemFiles(), ...madeUp(identity)]) tree.put(entry);
  if (system && network.mode === 'host') for (const entry of networkFiles()) tree.put(entry);
  if (network.mode === 'hosts') for (const entry of hostsFiles()) tree.put(entry);
  for (const entry of serviceFiles(services)) tree.put(entry);
  if (dev ?? system) for (const entry of devices(terminal)) tree.put(entry);
  if (tmp !== false && (tmp !== undefined || system))
    tree.put(privateTmp(typeof tmp === 'number' ? tmp : undefined));
  const show = proc ?? (system ? 'system' : 'none');
  if (show === 'none') return;
  for (const entry of machineEntries(show, { limits, network })) tree.put(entry);
}

/** Gives a program that is granted the whole of the host devices and processes of its own in the place of the host's. */
export function coverWithOwn(
  tree: PlannedTree,
  { linux, network, limits }: Omit<BaseContext, 'identity'>,
): void {
  const { dev, proc, terminal } = linux;
  const show = proc ?? 'system';
  coverBase(tree, {
    devices: () => (dev === false ? undefined : devices(terminal)),
    processes: () => (show === 'none' ? undefined : machineEntries(show, { limits, network })),
  });
}

/** Puts links such as `/bin`, as far as the host has them and they lead into something that is granted. */
export function putRootLinks(tree: PlannedTree): void {
  for (const link of ROOT_LINKS) {
    if (tree.find(link) !== undefined) continue;
    const target = linkTarget(link);
    if (target !== undefined && target !== '' && tree.find(posix.resolve('/', target)) !== undefined)
      tree.put({ kind: 'symlink', at: link, target, why: 'library', position: undefined });
  }
}
