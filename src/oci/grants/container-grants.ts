import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { close } from '../../host/files/files.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { O_DIRECTORY, O_NONBLOCK, O_PATH, O_RDONLY } from '../../linux/open-flags.ts';
import { readGrants } from '../../plan/grants.ts';
import { takeFiles } from '../../plan/held.ts';
import { isSupervised } from '../../plan/linux/rule-checks.ts';
import { openSockets } from '../../plan/linux/sockets.ts';
import type { LinuxPlan } from '../../plan/plan.ts';
import { planToLaunch } from '../../plan/plan.ts';
import { openGrants } from '../../run/open.ts';
import { entryAccess } from '../../worlds/landlock-domain.ts';
import { type LinuxLimits, resourceLimits } from '../../worlds/world.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ProcessLimit } from '../config/container-process.ts';
import { copyMounts } from '../namespaces.ts';
import { OciError } from '../oci-error.ts';
import { type ContainerAccess, type NetworkAccess, ownAccess } from '../process/container-wall.ts';
import { programPaths } from '../process/find-programs.ts';
import { attachMount } from '../root/detached-mount.ts';
import { tryOpenIn, withOpen } from '../root/sealed-root.ts';
import { type ContainerGrants, GRANTS_MOUNT } from './access.ts';

const DOCUMENT = 'grants.yaml';

/** The largest document that is read, in bytes. */
const LARGEST = 2 ** 20;

/**
 * Reads the document of the mount, plans its grants with the container's paths, and opens what it hands over. This thread's
 * root is the container's, and it is in its network.
 *
 * @param top A descriptor of the container's root.
 * @param proc A mount of the host's /proc that is nowhere yet: looking at our own descriptors needs one.
 * @throws OciError, ConfigurationError
 */
export function readContainerGrants(
  configuration: Configuration,
  top: number,
  proc: number,
): ContainerGrants {
  const text = readDocument(top);
  const program = findProgram(configuration, top);
  // Only this thread sees what is mounted in the copy.
  copyMounts();
  showProc(proc);
  const grants = readGrants(text, { file: `${GRANTS_MOUNT}/${DOCUMENT}`, directory: '/' });
  const plan = planToLaunch(program, grants, { walls: 'landlock' });
  if (plan.kind !== 'linux')
    throw new OciError(`${program} is no Linux program, for which ${GRANTS_MOUNT}/${DOCUMENT} has grants`);
  refuseOthers(plan);
  const files = takeFiles(plan);
  try {
    return grantsOf(
      configuration,
      plan,
      openGrants(plan, files).descriptors.map(({ host }) => host),
    );
  } finally {
    files.close();
  }
}

function readDocument(top: number): string {
  const folder = tryOpenIn(top, GRANTS_MOUNT, { flags: O_PATH | O_DIRECTORY, strict: true });
  if (folder < 0) throw new OciError(`The mount at ${GRANTS_MOUNT} is no directory`);
  // Links lead within the mount, as those of a ConfigMap do.
  const file = withOpen(folder, () => tryOpenIn(folder, DOCUMENT, { flags: O_RDONLY | O_NONBLOCK }));
  if (file === -LinuxErrno.ENOENT)
    throw new OciError(`${GRANTS_MOUNT}/${DOCUMENT} is missing: the mount at ${GRANTS_MOUNT} must hold it`);
  if (file < 0) throw new OciError(`Cannot read ${GRANTS_MOUNT}/${DOCUMENT}`);
  return withOpen(file, () => {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile() || size > LARGEST)
      throw new OciError(`${GRANTS_MOUNT}/${DOCUMENT} is no file of at most ${LARGEST} bytes`);
    return readFileSync(file, 'utf8');
  });
}

function findProgram({ process }: Configuration, top: number): string {
  const [name = ''] = process.arguments;
  for (const path of programPaths(name, process.environment)) {
    const absolute = path.startsWith('/') ? path : `${process.workingDirectory}/${path}`;
    const found = tryOpenIn(top, absolute);
    if (found < 0) continue;
    close(found);
    return absolute;
  }
  throw new OciError(`exec: ${JSON.stringify(name)}: executable file not found in $PATH`);
}

function showProc(proc: number): void {
  mkdirSync('/proc', { recursive: true });
  const place = openSync('/proc', O_PATH | constants.O_DIRECTORY);
  try {
    attachMount(proc, place, '/proc');
  } finally {
    closeSync(place);
  }
}

/** Parts of a document that need walls which a container's configuration builds itself. */
function refuseOthers({ linux }: LinuxPlan): void {
  const parts: readonly (readonly [name: string, isThere: boolean])[] = [
    ['network', linux.network.mode === 'loopback' || linux.network.mode === 'hosts'],
    ['rules', isSupervised(linux) || linux.callRules.length > 0],
    ['executables', linux.executables !== undefined],
    ['terminal', linux.terminal],
    ['user', linux.user !== undefined],
    ['show_user', linux.shownUser !== undefined],
    ['ssh_agent', linux.sshAgent !== undefined],
    ['overlays', linux.entries.some((entry) => entry.kind === 'mount' && entry.overlay !== undefined)],
    ['encrypt', linux.entries.some((entry) => entry.kind === 'mount' && entry.encrypt !== undefined)],
    ['limits of memory, processes or processors', linux.cgroups !== undefined || linux.cpus !== undefined],
  ];
  for (const [name, isThere] of parts)
    if (isThere)
      throw new OciError(
        `${GRANTS_MOUNT}/${DOCUMENT} has ${name}, which a container has from its configuration or not at all`,
      );
}

function grantsOf(configuration: Configuration, plan: LinuxPlan, hosts: readonly number[]): ContainerGrants {
  const { linux, command } = plan;
  const paths = linux.entries.flatMap((entry): ContainerAccess[] => {
    if (entry.kind !== 'mount') return [];
    const { path, access, execute, type } = entry;
    const device = type === 'device' ? { device: true as const } : {};
    return [
      {
        at: path,
        access: entryAccess({ kind: 'mount', descriptor: -1, at: path, access, execute, ...device }),
      },
    ];
  });
  const descriptors: (readonly [number, number])[] = [];
  for (const [index, host] of hosts.entries()) {
    const number = plan.grants[index]?.descriptor ?? index;
    // Standard streams are the engine's.
    if (number > 2) descriptors.push([number, host]);
    else close(host);
  }
  const [, ...words] = command.arguments;
  const network = linux.network;
  return {
    paths: [...paths, ...ownAccess(configuration)],
    demands: {
      network: network.mode === 'host' ? hostNetwork(network) : { kind: 'none' },
      calls: linux.calls,
      handed: openSockets(
        descriptors.map(([, host]) => host),
        plan.grants.map(({ resource }) => resource),
      ),
      granted: true,
    },
    limits: limitsOf(linux.resources),
    arguments: words.length === 0 ? undefined : [configuration.process.arguments[0] ?? '', ...words],
    environment: [...command.environment].map(([name, value]) => `${name}=${value}`),
    descriptors,
  };
}

function hostNetwork({
  connect,
  bind,
}: Extract<LinuxPlan['linux']['network'], { mode: 'host' }>): NetworkAccess {
  return { kind: 'host', ...(connect && { connect }), ...(bind && { bind }) };
}

function limitsOf(resources: LinuxLimits['resources']): readonly ProcessLimit[] {
  return resources.map(([name, value]) => ({
    resource: resourceLimits[name],
    soft: BigInt(value),
    hard: BigInt(value),
  }));
}
