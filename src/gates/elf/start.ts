import { calls as allCalls } from '../../abi/generated/calls.ts';
import { close } from '../../host/files/files.ts';
import { STDERR } from '../../host/files/standard-streams.ts';
import { type Descriptor, DescriptorTable } from '../../kernel/descriptors.ts';
import { newProcess, useful } from '../../kernel/new-process.ts';
import { KernelProcess } from '../../kernel/process.ts';
import { R, RH } from '../../kernel/rights.ts';
import { DEFAULT_THREADS } from '../../kernel/threads.ts';
import { F_ADD_SEALS } from '../../linux/fcntl.ts';
import { MFD_ALLOW_SEALING, MFD_CLOEXEC, MFD_EXEC } from '../../linux/memory.ts';
import {
  SECCOMP_IOCTL_NOTIF_ADDFD,
  SECCOMP_IOCTL_NOTIF_ID_VALID,
  SECCOMP_IOCTL_NOTIF_RECV,
  SECCOMP_IOCTL_NOTIF_SEND,
} from '../../linux/seccomp.ts';
import type { CallRule } from '../../walls/allow-list.ts';
import {
  confine,
  type Mechanism,
  MissingMechanismError,
  missingMechanisms,
} from '../../walls/confinement.ts';
import { landlockVersion, SCOPING_LANDLOCK } from '../../walls/landlock.ts';
import { hostSignals } from '../wasm/cloudabi/signals.ts';
import { directUse } from './direct-use.ts';
import type { GuestExit } from './exit.ts';
import { DEFAULT_PROCESSES } from './family.ts';
import { guestFilter } from './guest-filter.ts';
import { DIRECT_DESCRIPTORS } from './guest-layout.ts';
import { GuestProcess } from './guest-process.ts';
import { readGuestProgram } from './guest-program.ts';
import { imageFile } from './memory-image.ts';
import { SharedHosts } from './shared-hosts.ts';
import { prepareGuest, type SpawnedGuest, tryNamespaces } from './spawn-guest.ts';
import { type GuestRefusal, GuestSupervisor } from './supervisor.ts';
import { makeWindow } from './window.ts';

/** The start of a CloudABI executable. */
export type GuestStart = {
  /** The executable's bytes. */
  readonly program: Uint8Array;
  /** Encoded argdata; its descriptors are indexes into `descriptors`. */
  readonly argdata: Uint8Array;
  /** The process's descriptors; the number of each is its index. They belong to the process from now on. */
  readonly descriptors: readonly Descriptor[];
  /** Bytes of memory that the program may have at most. */
  readonly memoryLimit?: number;
  /** Threads that it may have at once, the first included; 64 by default. */
  readonly threadLimit?: number;
  /** Processes that it may have at once, the first included; 64 by default. */
  readonly processLimit?: number;
  /** Host descriptors of ours that survive capability mode. */
  readonly keep?: readonly number[];
  /** Called for every refused operation. */
  readonly onRefused?: (refusal: GuestRefusal) => void;
  /** True to stop the program at the first refused operation, and report it with its place in the program. */
  readonly traps?: boolean;
  /** Mechanisms that this host may lack; none by default. */
  readonly accept?: readonly Mechanism[];
  /** False to do without namespaces, where the user accepts that. */
  readonly namespaces: boolean;
};

/**
 * Puts this process into capability mode as the supervisor of an executable, starts that in a process of its own, and serves
 * it to its end. Irrevocable, as `startWasm` is.
 *
 * @throws ExecutableError, MissingMechanismError, SpawnError: nothing has changed and the process goes on.
 * @throws SystemError when capability mode could be entered only in part; the process must end.
 */
export function startExecutable(start: GuestStart): GuestExit {
  const { accept = [], keep = [], traps = false, program, argdata, memoryLimit, namespaces } = start;
  const missing = missingMechanisms();
  // Without filters there are no calls of which a supervisor could be told.
  if (missing.includes('seccomp')) throw new MissingMechanismError('seccomp');
  const executable = readGuestProgram(program);
  if (namespaces) tryNamespaces();
  const descriptors = start.descriptors.map(useful);
  // Only what lies in the process from the beginning can be mapped: files that are opened or received later stay here.
  const mapsFiles = descriptors.some(({ base }) => (base.low & R.mem_map) !== 0);
  const window = makeWindow();
  const direct = new Map<number, number>();
  for (const [number, descriptor] of descriptors.entries()) {
    const use = number < DIRECT_DESCRIPTORS ? directUse(descriptor, mapsFiles) : 0;
    if (use === 0) continue;
    direct.set(number, descriptor.host);
    window.bytes[number] = use;
  }
  const landlock = !missing.includes('landlock');
  const processLimit = mayFork(namespaces, landlock) ? (start.processLimit ?? DEFAULT_PROCESSES) : 1;
  const forks = processLimit > 1;
  const executes = descriptors.some(
    ({ base, inheriting }) => ((base.high | inheriting.high) & RH.proc_exec) !== 0,
  );
  const filter = guestFilter({ mapsFiles, forks, executes, traps });
  const image = imageFile(program, executable, { argdata, filter, traps, executes });
  const guest = prepareGuest({ image, window: window.file, direct, memoryLimit, namespaces, landlock });
  const hosts = new SharedHosts();
  const kernel = new KernelProcess(new DescriptorTable(undefined, hosts.close));
  newProcess(start.descriptors, undefined, kernel);
  const keepsWindow = executes || forks;
  let supervisor: GuestSupervisor | undefined;
  let failure: unknown;
  confine({
    descriptors,
    // A failure to start is still told of on standard error.
    keep: [...keep, ...guest.keep, ...(keepsWindow ? [window.file] : []), STDERR],
    accepted: accept,
    calls: possibleCalls,
    // The program lies beneath our domain: a domain sends signals to none but those, that of its own end among them.
    beforeFilter: () => {
      let started: SpawnedGuest | undefined;
      try {
        started = guest.start();
      } catch (error) {
        failure = error;
      }
      if (started === undefined) return [];
      close(image);
      if (!keepsWindow) close(window.file);
      if (![...keep, ...descriptors.map(({ host }) => host)].includes(STDERR)) close(STDERR);
      const { listener, process: spawned } = started;
      supervisor = new GuestSupervisor({
        first: new GuestProcess(spawned, kernel, window, program),
        listener,
        family: { hosts, processLimit },
        onRefused: start.onRefused,
        traps,
        executes,
        threadLimit: start.threadLimit ?? DEFAULT_THREADS,
      });
      return [
        ...listenerCalls(listener, spawned.pid),
        ...(executes ? successorCalls(listener, spawned.pid) : []),
        ...(forks ? forkCalls(listener) : []),
      ];
    },
  });
  return supervisor === undefined ? failed(failure) : supervisor.run();
}

/** The end of an executable whose process did not come to its first instruction. */
function failed(error: unknown): GuestExit {
  if (error instanceof Error) return { kind: 'failed', code: 'cannot_start', message: error.message };
  const message = 'Linux could not load the program, or it had no memory left to begin with';
  return { kind: 'failed', code: 'not_a_program', message };
}

/** Calls of CloudABI that an executable may make through its supervisor. */
const possibleCalls: ReadonlySet<string> = new Set(
  allCalls.map(({ name }) => name).filter((name) => name !== 'thread_create'),
);

/** System calls with which a supervisor answers its program, and learns how that ended. */
function listenerCalls(listener: number, pid: number): readonly CallRule[] {
  const own = { argument: 0, is: 'equal', value: listener } as const;
  const requests = [SECCOMP_IOCTL_NOTIF_RECV, SECCOMP_IOCTL_NOTIF_SEND];
  return [
    { call: 'ioctl', when: [own, { argument: 1, is: 'one of', values: requests }] },
    { call: 'wait4', when: [{ argument: 0, is: 'equal', value: pid }] },
  ];
}

/** System calls with which a supervisor makes the image of another executable, and puts it into the process. */
function successorCalls(listener: number, pid: number): readonly CallRule[] {
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  return [
    {
      call: 'ioctl',
      when: [
        { argument: 0, is: 'equal', value: listener },
        { argument: 1, is: 'equal', value: SECCOMP_IOCTL_NOTIF_ADDFD },
      ],
    },
    { call: 'memfd_create', when: [{ argument: 1, is: 'one of', values: [flags, flags | MFD_EXEC] }] },
    // It asks which threads of the program have ended with that.
    {
      call: 'tgkill',
      when: [
        { argument: 0, is: 'equal', value: pid },
        { argument: 2, is: 'equal', value: 0 },
      ],
    },
    { call: 'fcntl', when: [{ argument: 1, is: 'equal', value: F_ADD_SEALS }] },
  ];
}

/** System calls with which a supervisor serves more than one process. */
function forkCalls(listener: number): readonly CallRule[] {
  const requests = [SECCOMP_IOCTL_NOTIF_ADDFD, SECCOMP_IOCTL_NOTIF_ID_VALID];
  const signals = [0, ...hostSignals.values()];
  return [
    {
      call: 'ioctl',
      when: [
        { argument: 0, is: 'equal', value: listener },
        { argument: 1, is: 'one of', values: requests },
      ],
    },
    {
      call: 'memfd_create',
      when: [{ argument: 1, is: 'equal', value: MFD_CLOEXEC | MFD_ALLOW_SEALING }],
    },
    { call: 'fcntl', when: [{ argument: 1, is: 'equal', value: F_ADD_SEALS }] },
    { call: 'pidfd_open', when: [{ argument: 1, is: 'equal', value: 0 }] },
    // Landlock lets signals reach the program's processes alone.
    {
      call: 'pidfd_send_signal',
      when: [
        { argument: 1, is: 'one of', values: signals },
        { argument: 2, is: 'equal', value: 0 },
      ],
    },
    { call: 'tgkill', when: [{ argument: 2, is: 'equal', value: 0 }] },
  ];
}

/**
 * Tells whether a program may copy its process: only where the copies end with it, in a namespace of their own, and where the
 * supervisor, which may then name and signal processes, can reach no others (Linux 6.12; accepted where there is no Landlock).
 */
function mayFork(namespaces: boolean, landlock: boolean): boolean {
  return namespaces && (!landlock || landlockVersion() >= SCOPING_LANDLOCK);
}
