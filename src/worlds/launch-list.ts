import { CallList } from '../host/processes/call-list.ts';
import { UINT_MAX } from '../linux/fcntl.ts';
import { AT_FDCWD, O_CLOEXEC, O_WRONLY } from '../linux/open-flags.ts';
import {
  _LINUX_CAPABILITY_VERSION_3,
  CAP_DAC_OVERRIDE,
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  CAP_SETPCAP,
  CAP_SYS_ADMIN,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_RAISE,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_DUMPABLE,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
} from '../linux/prctl.ts';
import {
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_PARENT_SETTID,
  CLONE_VM,
} from '../linux/processes.ts';
import { LAST_SIGNAL, SIGCHLD, SIGKILL, SIGSTOP } from '../linux/signals.ts';
import { clockNumbers } from './clock.ts';
import { addInit, END_ALL } from './init.ts';
import { addLoopback } from './loopback.ts';
import { MountAttribute } from './mount-attributes.ts';
import { addFileSystem } from './mount-steps.ts';
import { addNamedNetwork } from './named-network.ts';
import type { HostObject, SealedFile } from './objects.ts';
import { addUser } from './other-user.ts';
import { hasOverlays, type OverlayLayers, overlayNumbers } from './overlay.ts';
import { addQueues } from './queues.ts';
import { type ReopenPlace, RootBuilder, type RootNumbers } from './root.ts';
import {
  addDomain,
  addOwnProc,
  addSupervisor,
  keptNumbers,
  type PlacedSupervisor,
} from './supervisor-start.ts';
import { addNoCapabilities, addTarget, type TargetDescriptors } from './target.ts';
import { HIDDEN_DIRECTORY, hiddenFile, templatePlaces } from './template.ts';
import type { Template, World } from './world.ts';

/*
 * The list of system calls that turns a new process into a program in its world. The process becomes the first of a
 * process namespace (`init.ts`); its only child becomes the program (`target.ts`).
 */

/** The capabilities that the first process needs in its own namespaces. */
const POWERS: readonly number[] = [CAP_SETPCAP, CAP_NET_ADMIN, CAP_SYS_ADMIN];

/** The capability for the packet socket of a network that leads to granted hosts. */
const MORE_POWERS: readonly number[] = [...POWERS, CAP_NET_RAW];

/** The launcher. */
export type Launcher = {
  readonly user: number;
  readonly group: number;
  /** True if it can make namespaces without a user namespace. */
  readonly privileged: boolean;
  /** True if it has any capabilities. */
  readonly capable: boolean;
};

/** The capability for overlays, whose work directory the kernel makes without any permissions. */
const OVERLAY_POWERS: readonly number[] = [CAP_DAC_OVERRIDE];

/** The facts that a list is made from. */
export type LaunchListOptions = {
  readonly world: World;
  readonly launcher: Launcher;
  /** The objects of mounts and devices, by entry. */
  readonly objects: ReadonlyMap<World['entries'][number], HostObject>;
  /** The directories of overlays, by entry. */
  readonly layers: ReadonlyMap<World['entries'][number], OverlayLayers>;
  readonly program: HostObject;
  /** Files by host descriptor that are opened again through read-only mounts. */
  readonly sealed: ReadonlyMap<number, SealedFile>;
  /** The socket to the launcher; its end means that the launcher is gone. */
  readonly status: number;
  readonly descriptors: TargetDescriptors;
  /** A Landlock ruleset that keeps signals among the program's own processes, for when there is no namespace for it. */
  readonly scope: number | undefined;
  readonly filters: boolean;
  /** The supervisor's parts by their numbers in the new process; `undefined` without one. */
  readonly supervisor: PlacedSupervisor | undefined;
};

/** Namespaces that the process must be made in, as flags of clone(2). */
export function cloneFlags({ walls }: World, { privileged }: Launcher): number {
  if (walls === 'landlock') return 0;
  return privileged ? CLONE_NEWPID : CLONE_NEWPID | CLONE_NEWUSER;
}

/** Host descriptors that the process must inherit, in order. */
export function inherited({
  world,
  status,
  descriptors,
  scope,
  supervisor,
}: Pick<LaunchListOptions, 'world' | 'status' | 'descriptors' | 'scope' | 'supervisor'>): number[] {
  const numbers = new Set([status, descriptors.executable, ...descriptors.given.map(([, host]) => host)]);
  const out = world.network.kind === 'named' ? world.network.out : undefined;
  const copies = (world.approved ?? []).map(({ descriptor }) => descriptor);
  const others = [
    descriptors.ruleset,
    scope,
    world.terminal,
    out,
    world.template?.namespace,
    world.observed?.out,
  ];
  const servers = world.entries.flatMap((entry) => (entry.kind === 'encrypted' ? [entry.out] : []));
  const more = [...(supervisor?.inherited ?? []), ...(world.held ?? []), ...copies, ...servers];
  for (const number of [...others, ...world.limits.cgroups, ...more]) {
    if (number !== undefined) numbers.add(number);
  }
  return [...numbers].toSorted((a, b) => a - b);
}

/** Adds the calls by which a process that is about to execute the stub keeps its powers over its own user namespace. */
export function keepPowers(list: CallList, world: Pick<World, 'network' | 'entries'>): void {
  const powers = [
    ...(world.network.kind === 'named' ? MORE_POWERS : POWERS),
    ...(hasOverlays(world) ? OVERLAY_POWERS : []),
  ];
  const header = Buffer.alloc(8);
  header.writeUInt32LE(_LINUX_CAPABILITY_VERSION_3, 0);
  const sets = Buffer.alloc(24);
  const mask = powers.reduce((bits, capability) => bits | (1 << capability), 0);
  for (const at of [0, 4, 8]) sets.writeUInt32LE(mask, at);
  const words = 'keep powers over the user namespace';
  list.call(words, 'capset', [list.data('capability version', [header]), list.data('capabilities', [sets])]);
  for (const capability of powers) {
    list.call(words, 'prctl', [PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0]);
  }
}

/** Makes the list. */
export function launchList(options: LaunchListOptions): CallList {
  const { world, launcher, status, descriptors, program, scope, filters, supervisor } = options;
  const list = new CallList();
  const confined = world.walls === 'all';
  addStart(list, options);
  let root: RootBuilder | undefined;
  if (confined) {
    if (!launcher.privileged) addIdentity(list, launcher, world);
    addNamespaces(list, world);
    root =
      world.template === undefined ? addRoot(list, options) : addRootInCopy(list, world.template, options);
  } else {
    list.call('adopt orphans of the program', 'prctl', [PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0]);
    list.call('give up new privileges', 'prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
    if (scope !== undefined) {
      list.call('keep signals inside', 'landlock_restrict_self', [scope, 0], { needs: 'landlock' });
    }
  }
  if (supervisor !== undefined)
    addDomain(list, world, { ruleset: descriptors.ruleset, proc: supervisor.proc });
  // A process is hidden from the first instruction of the program on; executing shows the program's own again.
  list.call('hide the first process', 'prctl', [PR_SET_DUMPABLE, 0]);
  const child = list.slot('program');
  const target = list.label();
  // They share this memory, so that the result itself has no place in it; neither has a stack.
  list.call('fork', 'clone', [CLONE_VM | CLONE_PARENT_SETTID | SIGCHLD, 0, child.at, 0, 0], {
    onZero: target,
  });
  // It forwards signals, which it may do to its own user alone.
  if (world.user !== undefined) {
    addUser(list, world.user);
    addEndWithLauncher(list, options);
  }
  addNoCapabilities(list);
  const sweeps = !confined && scope !== undefined;
  addInit(list, {
    status,
    program: child,
    sweeps,
    clock: root?.clock,
    held: world.held ?? [],
    supervise: supervisor && {
      kept: keptNumbers(supervisor),
      add: () => addSupervisor(list, supervisor),
    },
  });
  list.place(target);
  addTarget(list, world, {
    descriptors,
    program,
    capable: confined || launcher.capable,
    filters,
    mask: root?.mask,
    supervisor,
    scope,
  });
  const failure = list.label();
  list.place(failure);
  list.failAt(failure);
  list.call('report the failure', 'write', [status, list.failed, 16]);
  list.call('end', 'exit_group', [1]);
  return list;
}

/** Lets go of everything of the launcher's, and makes sure not to outlive it. */
function addStart(list: CallList, options: LaunchListOptions): void {
  let next = 0;
  for (const number of inherited(options)) {
    if (number > next) list.call('close descriptors', 'close_range', [next, number - 1, 0]);
    next = number + 1;
  }
  list.call('close descriptors', 'close_range', [next, UINT_MAX, 0]);
  list.call('begin a session', 'setsid', []);
  addEndWithLauncher(list, options);
  // Signals that its parents ignored would stay ignored.
  const byDefault = list.data('default action', [new Uint8Array(32)]);
  for (let signal = 1; signal <= LAST_SIGNAL; signal++) {
    if (signal === SIGKILL || signal === SIGSTOP) continue;
    list.call('reset signals', 'rt_sigaction', [signal, byDefault, 0, 8]);
  }
  list.call('reset the personality', 'personality', [0]);
}

/** Makes sure that the process ends with the launcher. */
function addEndWithLauncher(
  list: CallList,
  { world, status }: Pick<LaunchListOptions, 'world' | 'status'>,
): void {
  const ending = world.walls === 'all' ? SIGKILL : END_ALL;
  list.call('end with the launcher', 'prctl', [PR_SET_PDEATHSIG, ending, 0, 0, 0]);
  const poll = Buffer.alloc(8);
  poll.writeInt32LE(status, 0);
  const gone = list.label();
  const goOn = list.label();
  const now = list.data('now', [new Uint8Array(16)]);
  // Had it died before the last step, no signal would come.
  list.call('look for the launcher', 'ppoll', [list.data('pollfd', [poll]), 1, now, 0, 8], {
    onPositive: gone,
    onZero: goOn,
  });
  list.place(gone);
  list.call('end', 'exit_group', [1]);
  list.place(goOn);
}

/** The ids stay the same, or one pair stands for that of the launcher: the kernel shows all others as the overflow ids. */
function addIdentity(
  list: CallList,
  { user, group }: Launcher,
  { shown = { uid: user, gid: group } }: World,
): void {
  const file = list.slot('file of a map');
  const write = (name: string, text: string): void => {
    const words = `write ${name}`;
    const outcome = { needs: 'user namespaces' };
    const bytes = Buffer.from(text);
    list.call(words, 'openat', [AT_FDCWD, list.text(`/proc/self/${name}`), O_WRONLY | O_CLOEXEC, 0], {
      ...outcome,
      result: file,
    });
    list.call(words, 'write', [file, list.data(text, [bytes]), bytes.length], outcome);
    list.call(words, 'close', [file]);
  };
  write('uid_map', `${shown.uid} ${user} 1`);
  write('setgroups', 'deny');
  write('gid_map', `${shown.gid} ${group} 1`);
}

function addNamespaces(list: CallList, { network, hostname = 'localhost', template }: World): void {
  const make = (what: string, flag: number): void => {
    list.call(`make ${what.startsWith('i') ? 'an' : 'a'} ${what} namespace`, 'unshare', [flag], {
      needs: `${what} namespaces`,
    });
  };
  if (template === undefined) make('mount', CLONE_NEWNS);
  make('ipc', CLONE_NEWIPC);
  make('uts', CLONE_NEWUTS);
  if (network.kind !== 'host') make('network', CLONE_NEWNET);
  const name = Buffer.from(hostname);
  list.call('name the host', 'sethostname', [list.data(JSON.stringify(hostname), [name]), name.length]);
  if (network.kind === 'loopback') {
    addLoopback(list);
    // Ports below 1024 are for the owner of the network, which in a network of its own is the program.
    addSetting(list, 'allow all ports', 'ip_unprivileged_port_start', '0');
  }
  if (network.kind === 'named') {
    addSetting(list, 'allow all ports', 'ip_unprivileged_port_start', '0');
    // Clients that close first would use up their ports to one address in a second otherwise.
    addSetting(list, 'use ports again', 'tcp_tw_reuse', '1');
    addNamedNetwork(list, network);
  }
}

/** Adds a setting of IPv4 in a network namespace of its own (ip_unprivileged_port_start and others, ip(7), tcp(7)). */
function addSetting(list: CallList, words: string, name: string, value: string): void {
  const path = list.text(`/proc/sys/net/ipv4/${name}`);
  const file = list.slot(`file of ${name}`);
  const [own, opened, goOn] = [list.label(), list.label(), list.label()];
  const open = [AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0];
  list.call(words, 'openat', open, { result: file, onPositive: opened, onError: own });
  // A container has its /proc read-only: another one may be made there. If it may not, the program does without.
  list.place(own);
  const [scratch, proc] = [list.slot('a file system of settings'), list.slot('its mount')];
  const { noSetId, noDevices, noExecute } = MountAttribute;
  const attributes = noSetId | noDevices | noExecute;
  addFileSystem(
    list,
    words,
    { type: 'proc', options: [], attributes, into: proc, scratch },
    { onError: goOn },
  );
  const within = [proc, list.text(`sys/net/ipv4/${name}`), O_WRONLY | O_CLOEXEC, 0];
  list.call(words, 'openat', within, { result: file, onError: goOn });
  list.call(words, 'close', [proc]);
  list.place(opened);
  list.call(words, 'write', [file, list.data(name, [Buffer.from(value)]), value.length], { onError: goOn });
  list.call(words, 'close', [file]);
  list.place(goOn);
}

/** Returns where the launcher's mask of new files is kept. */
function addRoot(list: CallList, options: LaunchListOptions): RootBuilder {
  const { world, objects, layers, sealed, descriptors } = options;
  const root = new RootBuilder(list, rootNumbers(options));
  root.keepApart();
  root.begin();
  if (options.supervisor !== undefined) addOwnProc(list, options.supervisor);
  for (const entry of world.entries) root.add(entry, objects.get(entry), layers.get(entry));
  if (world.approved !== undefined) root.addApproved(world.approved);
  if (world.hidden !== undefined) root.hide(world.hidden);
  for (const [object, places] of placesOf(sealed)) root.reopen(object, places);
  if (descriptors.ruleset !== undefined) addQueues(list, descriptors.ruleset, world);
  root.end();
  return root;
}

/** The numbers that the first process uses itself. */
function rootNumbers(options: LaunchListOptions): RootNumbers {
  const all = inherited(options);
  const { world, launcher } = options;
  const others = launcher.privileged && world.user !== undefined;
  const user = world.shown ?? world.user ?? { uid: launcher.user, gid: launcher.group };
  return {
    clock: clockNumbers(world, all),
    layers: overlayNumbers(all),
    owner: { user, others },
  };
}

/** The same where a part of the root is there: a start adds its own parts to a copy of it. */
function addRootInCopy(list: CallList, template: Template, options: LaunchListOptions): RootBuilder {
  const { world, objects, layers, sealed, descriptors } = options;
  const root = new RootBuilder(list, rootNumbers(options), templatePlaces(template.shared, options));
  const later: (() => void)[] = [];
  root.enterCopy(template.namespace, () => {
    for (const [entry, object] of objects) root.clone(entry, object);
    for (const [entry, found] of layers) root.prepareOverlay(entry, found);
    for (const entry of world.entries) if (entry.kind === 'encrypted') root.prepareServed(entry);
    const files = [...placesOf(sealed)];
    for (const [index, [object, places]] of files.entries())
      later.push(root.reopenInCopy(object, places, `/${hiddenFile(index)}`));
  });
  for (const add of later) add();
  if (descriptors.ruleset !== undefined) addQueues(list, descriptors.ruleset, world, `/${HIDDEN_DIRECTORY}`);
  for (const entry of world.entries) root.add(entry, objects.get(entry), layers.get(entry));
  root.endInCopy();
  return root;
}

/** Finds the descriptors of each file: a device such as /dev/null is mostly given more than once. */
function placesOf(sealed: LaunchListOptions['sealed']): ReadonlyMap<HostObject, readonly ReopenPlace[]> {
  const places = new Map<HostObject, ReopenPlace[]>();
  for (const [descriptor, { object, mode }] of sealed) {
    const others = places.get(object);
    if (others === undefined) places.set(object, [{ descriptor, mode }]);
    else others.push({ descriptor, mode });
  }
  return places;
}
