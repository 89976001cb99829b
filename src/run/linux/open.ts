import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { Filetype } from '../../abi/generated/constants.ts';
import { getFlags } from '../../host/files/files.ts';
import { hostPath } from '../../host/files/host-path.ts';
import { isSameFile, type RegularFile } from '../../host/files/regular-file.ts';
import { isTerminal } from '../../host/files/terminal.ts';
import { canSendDescriptors } from '../../host/sockets/messages.ts';
import { O_ACCMODE, O_PATH } from '../../linux/open-flags.ts';
import { takeFiles } from '../../plan/held.ts';
import { typeOf } from '../../plan/linux/base.ts';
import type { PlannedMount, Reason } from '../../plan/linux/planned.ts';
import { isSupervised } from '../../plan/linux/rule-checks.ts';
import { openSockets, socketProblem } from '../../plan/linux/sockets.ts';
import {
  NO_LATE_PARTS,
  type OverlayDescriptors,
  type WorldDescriptors,
  worldOf,
} from '../../plan/linux/world-of.ts';
import type { LinuxPlan } from '../../plan/plan-types.ts';
import { FileResource } from '../../resources/file.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import type { HeldFiles } from '../../resources/held-files.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { OpenedChannel } from '../../resources/resource.ts';
import { quote } from '../../resources/written.ts';
import { openSupervision, type Supervision } from '../../supervisor/supervision.ts';
import { landlockReach } from '../../worlds/landlock-domain.ts';
import type { Walls, World } from '../../worlds/world.ts';
import { type OpenedPlan, type OpenOptions, openGrants } from '../open.ts';
import { copyApproved } from './approved-files.ts';
import { Cgroups } from './cgroups.ts';
import { EncryptedDirectories } from './encrypted-directories.ts';
import { findHiddenPlaces } from './hidden-places.ts';
import { RunOverlays } from './overlays.ts';
import { templateFor } from './templates.ts';

/** The things beside a program that its world has ends of; none by default. */
export type BesideParts = Partial<Pick<WorldDescriptors, 'terminal' | 'pump' | 'late'>> & {
  /** Takes the channels of services that the program's C library asks. */
  readonly takeChannels?: () => readonly OpenedChannel[];
};

/** An opened world, and its leftovers to remove. */
export type OpenedWorld = {
  readonly world: World;
  /** The control groups that the program joins; `undefined` for none. To be removed once it has ended. */
  readonly cgroups: Cgroups | undefined;
  /** Its supervisor, whose socket for records the caller closes; `undefined` without one. */
  readonly supervision: Supervision | undefined;
  /** Has made what later starts of this shape share, as far as they can; for when it has started. */
  prepare(): void;
  /** Closes our copies: for when the program has its own, or has not started. */
  close(): void;
  /** The directories whose changes are kept aside. */
  readonly overlays: RunOverlays;
  /** The processes that serve encrypted directories. */
  readonly encrypted: EncryptedDirectories;
  readonly servicesLost: OpenedPlan['servicesLost'];
  /** For when it was not started: closes everything and takes back what opening left behind. */
  abandon(): void;
};

/**
 * Opens everything that a plan for a Linux program names.
 *
 * @param beside The things beside the program; their host descriptors stay the caller's.
 * @throws ResourceError when a file cannot be opened or has changed since the plan was made;
 *   nothing stays open then.
 */
export function openWorld(
  plan: LinuxPlan,
  walls: Walls,
  { terminal, pump, late = NO_LATE_PARTS, takeChannels = () => [] }: BesideParts,
  options: OpenOptions = {},
): OpenedWorld {
  const { linux } = plan;
  if (walls === 'landlock' && linux.listenFds !== undefined)
    throw new ResourceError(
      "'listen_fds' names the program by its process id, which is not known beforehand without namespaces",
      undefined,
      'listen_fds',
    );
  if (walls !== linux.walls) checkSockets(plan, walls);
  const mine: number[] = [];
  const files = takeFiles(plan);
  let opened: OpenedPlan;
  try {
    opened = openGrants(plan, files, { ...options, channels: takeChannels() });
  } catch (error) {
    files.close();
    throw error;
  }
  const close = (): void => {
    for (const descriptor of mine.splice(0)) closeSync(descriptor);
    files.close();
  };
  let cgroups: Cgroups | undefined;
  let supervision: Supervision | undefined;
  const overlays = new RunOverlays();
  const encrypted = new EncryptedDirectories();
  const abandon = (): void => {
    close();
    overlays.handedOver();
    overlays.abandon();
    encrypted.abandon();
    opened.abandon();
    cgroups?.remove();
    supervision?.close();
    if (supervision !== undefined) closeSync(supervision.reports);
  };
  const keep = (descriptor: number): number => {
    mine.push(descriptor);
    return descriptor;
  };
  try {
    const mounts = new Map<PlannedMount, number>();
    const layers = new Map<PlannedMount, OverlayDescriptors>();
    const servers = new Map<PlannedMount, number>();
    // A template is sealed, so that no further file can be written into it.
    const shareable =
      walls === 'all' &&
      late.entries.length === 0 &&
      !isSupervised(linux) &&
      linux.executables === undefined &&
      linux.shownUser === undefined &&
      linux.entries.every((entry) => entry.kind !== 'mount' || entry.encrypt === undefined);
    const found = shareable ? templateFor(linux, plan.grants.length) : undefined;
    for (const [index, entry] of linux.entries.entries()) {
      if (entry.kind !== 'mount' || found?.shared.has(index)) continue;
      const descriptor = heldMount(entry, files) ?? keep(openMount(entry));
      mounts.set(entry, descriptor);
      if (entry.encrypt !== undefined)
        servers.set(entry, keep(encrypted.open(entry, descriptor, linux, options.accept ?? [])));
      if (entry.overlay !== undefined) layers.set(entry, overlays.open(entry, descriptor));
    }
    supervision = openSupervisor(plan, walls, files);
    const executable = keep(openImage(plan));
    const approved = linux.executables && copyApproved(linux.executables.files, keep);
    cgroups = linux.cgroups && new Cgroups(linux.cgroups);
    const memberships = cgroups?.openMembership() ?? [];
    mine.push(...memberships);
    const descriptors = opened.descriptors.map(({ host, grant }): [number, number] => {
      const number = plan.grants[grant]?.descriptor ?? grant;
      return [
        number,
        terminal !== undefined && number <= 2 && isReplaced(plan, grant, host) ? terminal : host,
      ];
    });
    const world = worldOf(plan, walls, {
      executable,
      mounts,
      layers,
      servers,
      given: descriptors,
      sealed: descriptors.map(([number]) => number).filter((_, index) => isOnlyRead(plan, opened, index)),
      memberships,
      handed: openSockets(
        descriptors.map(([, host]) => host),
        plan.grants.map(({ resource }) => resource),
      ),
      terminal,
      pump,
      ...(found?.template !== undefined && { template: found.template, shared: found.shared }),
      late,
      hidden: supervision ? findHiddenPlaces({ ...linux, mounts, table: supervision.rules }) : [],
      ...(approved !== undefined && { approved }),
      ...(supervision !== undefined && { supervisor: supervision.parts }),
    });
    return {
      world,
      supervision,
      prepare: () => found?.prepare(world),
      cgroups,
      overlays,
      encrypted,
      servicesLost: opened.servicesLost,
      close: () => {
        close();
        overlays.handedOver();
        opened.close();
        supervision?.close();
      },
      abandon,
    };
  } catch (error) {
    abandon();
    throw error;
  }
}

/** @throws ResourceError for rules that these walls cannot hold. */
function openSupervisor({ linux }: LinuxPlan, walls: Walls, files: HeldFiles): Supervision | undefined {
  const { rules, rulesState: state, crashGuard } = linux;
  const [first] = rules;
  if (!isSupervised(linux)) return undefined;
  if (walls === 'landlock')
    throw new ResourceError(
      'Rules that are decided while a program runs need namespaces, in which a supervisor sees its processes alone',
      first?.position,
      first?.source.place ?? 'rules_state',
    );
  if (state !== 'sealed' && !canSendDescriptors)
    throw new ResourceError(
      'Rules that may change need a program that is launched by the first thread of its launcher',
      undefined,
      'rules_state',
    );
  try {
    return openSupervision({ state, rules }, (path) => files.held(path)?.name ?? path, crashGuard);
  } catch (error) {
    throw new ResourceError(
      `Cannot prepare the rules: ${reasonOf(error)}`,
      first?.position,
      first?.source.place ?? 'rules_state',
    );
  }
}

/** Sockets were checked for the walls that the plan was made for. */
function checkSockets({ grants, spelling, linux: { network } }: LinuxPlan, walls: Walls): void {
  const { scopes } = landlockReach();
  for (const { resource, place, position } of grants) {
    const problem = socketProblem(resource, place, { network, walls, scopes, spelling });
    if (problem !== undefined) throw new ResourceError(problem, position, place);
  }
}

/** Tells whether a descriptor is a regular file that we have opened for reading. */
function isOnlyRead(plan: LinuxPlan, { descriptors }: OpenedPlan, index: number): boolean {
  const found = descriptors[index];
  const grant = found && plan.grants[found.grant];
  return (
    found !== undefined &&
    grant?.resource instanceof FileResource &&
    grant.type === Filetype.regular_file &&
    (getFlags(found.host) & O_ACCMODE) === 0
  );
}

/** A terminal of its own stands for ours, and for streams that were not granted; others stay as they are. */
function isReplaced({ grants }: LinuxPlan, grant: number, host: number): boolean {
  return grants[grant]?.resource === undefined || isTerminal(host);
}

/** Gives the descriptor of what the user has granted, as it was looked up and checked; `undefined` where none is held. */
function heldMount({ path, type, file, create }: PlannedMount, files: HeldFiles): number | undefined {
  const held = file === undefined && !create ? files.held(path) : undefined;
  return held !== undefined && typeOf(held.stats) === type ? held.descriptor : undefined;
}

/** Makes a directory; one that was made meanwhile serves as well. */
function makeDirectory(path: string | Buffer): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function openMount({ path, type, file, position, why, create }: PlannedMount & Reason): number {
  const cannot = (reason: string): ResourceError =>
    new ResourceError(`Cannot open ${quote(path)}: ${reason}`, position, position === undefined ? why : '');
  let descriptor: number;
  try {
    if (create && type === 'directory') makeDirectory(hostPath(path));
    // Opening for writing makes the file; what the program gets does not follow from it.
    else if (create)
      closeSync(
        openSync(
          hostPath(path),
          constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY,
          0o666,
        ),
      );
    const own = create && type === 'directory' ? constants.O_NOFOLLOW | constants.O_DIRECTORY : 0;
    descriptor = openSync(hostPath(path), O_PATH | own);
  } catch (error) {
    throw error instanceof ResourceError ? error : cannot(reasonOf(error));
  }
  const found = typeOf(fstatSync(descriptor));
  const same = file === undefined || isStill(descriptor, file);
  if (found === type && same) return descriptor;
  closeSync(descriptor);
  if (found === type) throw replaced(path);
  throw cannot(
    `was a ${type} when it was checked and is ${found === undefined ? 'something else' : `a ${found}`} now`,
  );
}

function openImage({ program, linux: { image, imageFile } }: LinuxPlan): number {
  let descriptor: number;
  try {
    descriptor = openSync(image, O_PATH);
  } catch (error) {
    throw new ResourceError(`Cannot open ${quote(image)}: ${reasonOf(error)}`, undefined);
  }
  if (isStill(descriptor, imageFile) && (image !== program.path || isStill(descriptor, program)))
    return descriptor;
  closeSync(descriptor);
  throw replaced(image);
}

/** Compares the opened file with the judged one. */
function isStill(descriptor: number, file: Omit<RegularFile, 'path'>): boolean {
  const { dev, ino, size, ctimeNs } = fstatSync(descriptor, { bigint: true });
  return isSameFile({ device: dev, inode: ino, size, changed: ctimeNs }, file);
}

function replaced(path: string): ResourceError {
  return new ResourceError(`${quote(path)} was replaced or changed after it had been checked`, undefined);
}
