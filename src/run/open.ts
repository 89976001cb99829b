import { constants, openSync } from 'node:fs';
import { Filetype, filetypeNames } from '../abi/generated/constants.ts';
import { nameOf } from '../abi/names.ts';
import { close } from '../host/files/files.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import { NO_RIGHTS } from '../kernel/rights.ts';
import { O_PATH } from '../linux/open-flags.ts';
import { takeFiles } from '../plan/held.ts';
import type { Grant, Plan } from '../plan/plan-types.ts';
import type { ExitReason } from '../process/exit-reason.ts';
import type { LaunchOptions } from '../process/options.ts';
import { reasonOf } from '../resources/file-kind.ts';
import type { HeldFiles } from '../resources/held-files.ts';
import { ResourceError } from '../resources/mistake.ts';
import type { OpenContext, OpenedChannel, OpenedNetwork, OpenedResource } from '../resources/resource.ts';
import { type StartedServers, startChildren } from './children.ts';
import { serviceLost } from './service-lost.ts';
import { closeChannels, type StartedServices, startServices } from './services.ts';

/** The open resources of a plan. The owner closes them or hands them to a process. */
export type OpenedPlan = {
  /** In the order of the program's descriptor numbers. */
  readonly descriptors: readonly Descriptor[];
  /** Networks on which the broker of the launcher answers; the caller that takes one has to close its socket. */
  takeNetworks(): readonly OpenedNetwork[];
  /** Resolves when a service has ended with which the program is to end; `undefined` where there is none such. */
  readonly servicesLost: Promise<ExitReason> | undefined;
  /** Closes our copies: for when the program has its own, or has ended. Streams of the caller's pipes live on. */
  close(): void;
  /** For when the program cannot be started after all: closes everything and takes back what opening left behind. */
  abandon(): void;
};

/** The options of a launch that count for opening. */
export type OpenOptions = Pick<LaunchOptions, 'accept' | 'onRefusedConnection'> & {
  /** More channels to services, which are started with those of the plan. */
  readonly channels?: readonly OpenedChannel[];
};

/** The stand-in for a standard stream that was not granted. */
const NOWHERE = '/dev/null';

/**
 * Opens everything in a plan, in the order of its grants, and starts the services in it.
 *
 * @throws ResourceError when something cannot be opened; everything opened before is closed then.
 */
export function openPlan(plan: Plan, options: OpenOptions = {}): OpenedPlan {
  const files = takeFiles(plan);
  try {
    return openGrants(plan, files, options);
  } finally {
    files.close();
  }
}

/** The same with the files of the plan, which stay open. */
export function openGrants(
  plan: Plan,
  files: HeldFiles,
  { accept = [], onRefusedConnection: onRefused, channels: more = [] }: OpenOptions = {},
): OpenedPlan {
  const opened: OpenedResource[] = [];
  const context: OpenContext = {
    program: plan.program,
    files,
    pipes: new Map(),
    networks: [],
    channels: [...more],
    children: [],
  };
  const closeAll = (): void => {
    for (const { host } of opened.splice(0)) close(host);
    for (const { socket } of context.networks.splice(0)) close(socket);
    if (context.channels.length > 0) closeChannels(context.channels.splice(0));
    for (const { socket } of context.children.splice(0)) close(socket);
  };
  const undos: (() => void)[] = [];
  let services: StartedServices | undefined;
  let servers: StartedServers | undefined;
  const abandon = (): void => {
    services?.end();
    servers?.end();
    closeAll();
    for (const undo of undos.splice(0).reverse()) attempt(undo);
  };
  try {
    for (const grant of plan.grants) {
      const resource = openGrant(grant, context, plan.kind === 'linux');
      opened.push(resource);
      if (resource.undo !== undefined) undos.push(resource.undo);
    }
    const channels = context.channels.splice(0);
    if (channels.length > 0) services = startServices(channels, { accept, onRefused });
    servers = startChildren(context.children, accept);
  } catch (error) {
    abandon();
    for (const end of context.pipes.values()) close(end);
    throw error;
  }
  const descriptors = opened.map(
    ({ host, type, base, inheriting }, grant): Descriptor => ({ host, type, base, inheriting, grant }),
  );
  const fatal = [services, servers].flatMap((one) => (one === undefined ? [] : [one.fatal]));
  return {
    descriptors,
    takeNetworks: () => context.networks.splice(0),
    servicesLost: fatal.length === 0 ? undefined : Promise.race(fatal).then(serviceLost),
    close: closeAll,
    abandon,
  };
}

function openGrant(
  { resource, position, place, type }: Grant,
  context: OpenContext,
  linux: boolean,
): OpenedResource {
  const label = resource?.label() ?? NOWHERE;
  let opened: OpenedResource;
  try {
    opened = resource === undefined ? openNothing(linux) : resource.open(context, type);
  } catch (error) {
    if (error instanceof ResourceError) throw error;
    throw new ResourceError(`Cannot open ${label}: ${reasonOf(error)}`, position, place);
  }
  if (opened.type === type) return opened;
  close(opened.host);
  if (opened.undo !== undefined) attempt(opened.undo);
  const reason = `was a ${nameOfType(type)} when it was checked and is a ${nameOfType(opened.type)} now`;
  throw new ResourceError(`${label} ${reason}`, position, place);
}

/** `regular file` for `regular_file`. */
function nameOfType(type: Filetype): string {
  return nameOf(filetypeNames, type).replaceAll('_', ' ');
}

/**
 * A standard stream that was not granted: a descriptor that only names a device, without any right. Linux programs do
 * not expect that every use is refused: theirs has an end and discards writes.
 */
function openNothing(linux: boolean): OpenedResource {
  const host = openSync(NOWHERE, linux ? constants.O_RDWR : O_PATH | constants.O_RDONLY);
  return { host, type: Filetype.unknown, base: NO_RIGHTS, inheriting: NO_RIGHTS };
}

function attempt(undo: () => void): void {
  try {
    undo();
  } catch {
    // Another process removed it first, which is what we wanted.
  }
}
