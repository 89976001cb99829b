import { isBeneath } from '../host/files/beneath.ts';
import { printRule } from '../network/print-rule.ts';
import { nameKey } from '../resources/agent-grant.ts';
import type { Command } from '../resources/command.ts';
import type { HeldFiles } from '../resources/held-files.ts';
import { quote } from '../resources/written.ts';
import { userFolder } from './find.ts';
import { shippedFolder } from './shipped.ts';

/**
 * Lists all that the grants of a project reach beyond the directory of the project, for people who confirm them.
 *
 * @param project Its directory, without symbolic links.
 * @param files The lookups that the plan was made with: a path in the project may be a link to elsewhere.
 */
export function reachOutside({ parts }: Command, project: string, files: HeldFiles): readonly string[] {
  const found: string[] = [];
  const { directories, linux, sources } = parts;
  const path = (what: string, absolute: string, rights: string): void => {
    const real = files.real(absolute);
    if (!isBeneath(real, project)) found.push(`${what}: ${quote(real)} (${rights})`);
  };
  const grants = [...directories, ...linux.files];
  for (const [name, { absolute, rights, missing }] of grants) {
    if (missing !== 'refuse' && files.find(absolute) === undefined) continue;
    path(quote(name), absolute, [...rights.presets, ...rights.names].join(', '));
  }
  if (linux.home?.kind === 'kept') path('home', linux.home.directory.absolute, 'read, write');
  for (const [name, { absolute }] of linux.sockets) path(`socket ${quote(name)}`, absolute, 'connect');
  const known = [shippedFolder(), userFolder()].flatMap((folder) => folder ?? []);
  for (const source of sources)
    if (!known.some((folder) => isBeneath(source, folder)))
      path('a file of grants or variables', source, 'read by cloudabi');
  const { network, sshAgent, services, systemCalls } = linux;
  if (network?.mode === 'host') found.push("the host's network");
  if (network?.mode === 'hosts')
    for (const { rule, requests } of network.hosts) {
      found.push(`host ${quote(printRule(rule))}`);
      if (requests?.credential !== undefined)
        found.push(`a secret of yours, which is sent to ${quote(printRule(rule))}`);
    }
  for (const key of sshAgent?.keys ?? []) found.push(`signatures with the key ${quote(nameKey(key))}`);
  for (const { service } of services) found.push(`service ${quote(service.name)} of this host`);
  for (const group of systemCalls) found.push(`system calls ${quote(group)}`);
  return found;
}
