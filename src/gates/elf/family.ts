import { Clockid, Filetype } from '../../abi/generated/constants.ts';
import { close } from '../../host/files/files.ts';
import { PollEvents } from '../../host/files/poll.ts';
import type { CallListener } from '../../host/notifications/listener.ts';
import { listenForCode, openProcess } from '../../host/processes/process-info.ts';
import { sendSignal } from '../../host/processes/spawn.ts';
import { SystemError } from '../../host/system-error.ts';
import { time } from '../../kernel/clocks.ts';
import { fileTypeRights } from '../../kernel/filetype-rights.ts';
import { type KernelRefusal, reportRefusals } from '../../kernel/new-process.ts';
import { KernelProcess } from '../../kernel/process.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { SIGKILL } from '../../linux/signals.ts';
import { type ForkRequest, ForkRequests } from './fork-requests.ts';
import { FORK_ASK, FORK_CHILD, FORK_FAILED, FORK_PARENT, WINDOW_FILE, WINDOW_HEAD } from './guest-layout.ts';
import { GuestProcess, type HostProcess } from './guest-process.ts';
import type { ParkedCalls } from './parked-calls.ts';
import { processOfThread } from './process-finder.ts';
import type { SharedHosts } from './shared-hosts.ts';
import { closeWindow, makeGrownWindow, type Window } from './window.ts';

/** A new process that has said nothing for so long will not begin; nanoseconds. */
const PATIENCE = 10_000_000_000n;

/** Processes that an executable may have at once by default. */
export const DEFAULT_PROCESSES = 64;

/** Parts of a family. */
export type FamilyParts = {
  readonly first: GuestProcess;
  readonly listener: CallListener;
  readonly parked: ParkedCalls;
  readonly hosts: SharedHosts;
  /** The most processes at once, the first included; 1 where none can be copied. */
  readonly processLimit: number;
  readonly onRefused: ((process: GuestProcess, refusal: KernelRefusal) => void) | undefined;
};

/**
 * The processes of one executable: the first, and those that were forked (proc_fork). Each has descriptors and a window of its
 * own. All are in one namespace of processes, which ends with the first.
 */
export class Family {
  readonly #parts: FamilyParts;
  readonly #processes = new Set<GuestProcess>();
  readonly #requests = new ForkRequests();
  /** False until the first fork is asked for: until then, all threads are of one process. */
  #hasForked = false;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
    this.#processes.add(parts.first);
  }

  /** Threads of all processes. */
  get threads(): number {
    let sum = 0;
    for (const process of this.#processes) sum += process.threads;
    return sum;
  }

  /** True if a call that waits holds up no other thread. */
  get isAlone(): boolean {
    return this.#requests.size === 0 && this.threads === 1;
  }

  /** The process of the thread whose call was received last; `undefined` if it is of none that has begun, or has ended. */
  processOf(thread: number): GuestProcess | undefined {
    if (!this.#hasForked) return this.#parts.first;
    const found = processOfThread(this.#processes, thread);
    return this.#parts.listener.isWaiting ? found : undefined;
  }

  /** Answers a step of proc_fork that a process makes. */
  step(process: GuestProcess): void {
    const { listener } = this.#parts;
    const step = listener.argument(0);
    const request = this.#requests.find(listener.argument(1));
    if (step === FORK_ASK) this.#ask(process);
    else if (request?.parent !== process) listener.refuse(LinuxErrno.EINVAL);
    else if (step === FORK_PARENT) this.#tell(request);
    else if (step === FORK_FAILED) this.#fail(request);
    else listener.refuse(LinuxErrno.EINVAL);
  }

  #ask(parent: GuestProcess): void {
    const { listener, hosts, processLimit } = this.#parts;
    if (processLimit === 1) {
      listener.refuse(LinuxErrno.ENOSYS);
    } else if (this.#processes.size + this.#requests.size >= processLimit) {
      listener.refuse(LinuxErrno.EAGAIN);
    } else {
      this.#hasForked = true;
      const descriptors = parent.kernel.descriptors.copy();
      hosts.share(descriptors.hosts());
      const head = parent.window.bytes.slice(0, WINDOW_HEAD);
      listener.answer(this.#requests.add(parent, descriptors, head).token);
    }
  }

  /** Lets Linux copy a process, once for each time that it has asked. */
  make(parent: GuestProcess): void {
    const { listener } = this.#parts;
    const request = this.#requests.unmade(parent);
    if (request === undefined) {
      listener.refuse(LinuxErrno.EPERM);
    } else {
      request.state = { is: 'made' };
      listener.goOn();
    }
  }

  /** A thread of no process that we know says that it is a new one. */
  begin(thread: number): void {
    const { listener } = this.#parts;
    const request = this.#requests.find(listener.argument(1));
    const isExpected = request?.state.is === 'made' || request?.state.is === 'awaited';
    if (request === undefined || !isExpected || listener.argument(0) !== FORK_CHILD) {
      listener.refuse(LinuxErrno.EINVAL);
      return;
    }
    // It fails for a thread that is not the first of its process. One that still waits is the one that is named.
    const pidfd = openProcess(thread);
    if (pidfd === -LinuxErrno.EINVAL || pidfd === -LinuxErrno.ENOENT) {
      listener.refuse(LinuxErrno.EINVAL);
      return;
    }
    const named = openProcess(thread);
    const window = pidfd < 0 || named < 0 || !listener.isWaiting ? undefined : grownWindow();
    if (window === undefined) {
      if (pidfd >= 0) close(pidfd);
      if (named >= 0) close(named);
      this.#refuseChild(request);
      return;
    }
    const child = this.#add(request, { pid: thread, pidfd }, window);
    const number = this.#name(child, named, request.parent);
    listener.addDescriptor(child.window.file, WINDOW_FILE, 0);
    listener.answer(0);
    if (request.state.is === 'awaited') this.#answer(request, request.state.call, number);
    else request.state = { is: 'begun', number };
  }

  /** There is no room for a new process, or it has ended: its maker need not wait for it. */
  #refuseChild(request: ForkRequest): void {
    const { listener, parked } = this.#parts;
    if (request.state.is === 'awaited') {
      parked.clear(request);
      listener.refuseTo(request.state.call, LinuxErrno.EAGAIN);
    }
    this.#giveUp(request);
    listener.refuse(LinuxErrno.EINVAL);
  }

  /** Takes a process into the family that a request has made. */
  #add({ parent, descriptors, head }: ForkRequest, host: HostProcess, window: Window): GuestProcess {
    const { onRefused, parked } = this.#parts;
    const { cookies, vectors, memory } = parent.kernel;
    const kernel = new KernelProcess(descriptors, cookies, vectors, memory);
    window.bytes.set(head);
    const child = new GuestProcess(host, kernel, window, parent.program);
    if (onRefused !== undefined) reportRefusals(kernel, (refusal) => onRefused(child, refusal));
    this.#processes.add(child);
    const awaited = [{ host: host.pidfd, events: PollEvents.in }];
    parked.watch({ awaited, deadline: undefined, owner: this, ready: () => this.#end(child) });
    return child;
  }

  /** Puts a descriptor of a new process into the table of its parent: when all have closed it, the process is ended. */
  #name(child: GuestProcess, named: number, parent: GuestProcess): number {
    const forget = listenForCode(named, () => child.code);
    this.#parts.hosts.onClosed(named, () => {
      forget();
      if (this.#processes.has(child)) sendSignal(child.host, SIGKILL);
    });
    const { base, inheriting } = fileTypeRights(Filetype.process);
    const { descriptors } = parent.kernel;
    if (!this.#processes.has(parent)) {
      this.#parts.hosts.close(named);
      return -LinuxErrno.ESRCH;
    }
    const number = descriptors.insert(
      named,
      Filetype.process,
      base.low,
      base.high,
      inheriting.low,
      inheriting.high,
      -1,
    );
    return number < 0 ? -LinuxErrno.EMFILE : number;
  }

  /** A process waits for the one that it has made. */
  #tell(request: ForkRequest): void {
    const { listener, parked } = this.#parts;
    const { state } = request;
    const { id } = listener;
    if (state.is === 'begun') {
      this.#answer(request, id, state.number);
    } else if (state.is === 'made') {
      request.state = { is: 'awaited', call: id };
      const deadline = time(Clockid.monotonic) + PATIENCE;
      const ready = (): void => {
        this.#giveUp(request);
        listener.refuseTo(id, LinuxErrno.EAGAIN);
      };
      parked.watch({ awaited: [], deadline, owner: request, ready });
    } else {
      listener.refuse(LinuxErrno.EINVAL);
    }
  }

  #answer(request: ForkRequest, call: bigint, number: number): void {
    const { listener, parked } = this.#parts;
    parked.clear(request);
    this.#requests.remove(request);
    if (number < 0) listener.refuseTo(call, -number);
    else listener.answerTo(call, number);
  }

  #fail(request: ForkRequest): void {
    if (request.state.is !== 'begun') this.#giveUp(request);
    this.#parts.listener.answer(0);
  }

  /** A request that is given up still counts if Linux may have made a process for it, which then has no way to a call. */
  #giveUp(request: ForkRequest): void {
    if (request.state.is === 'asked') this.#requests.remove(request);
    request.state = { is: 'given up' };
    request.descriptors.closeAll();
  }

  #end(child: GuestProcess): void {
    this.#processes.delete(child);
    this.#parts.parked.clear(child);
    for (const request of this.#requests.of(child)) {
      if (request.state.is === 'begun') this.#requests.remove(request);
      else if (request.state.is !== 'given up') this.#giveUp(request);
      this.#parts.parked.clear(request);
    }
    child.kernel.descriptors.closeAll();
    close(child.host.pidfd);
    closeWindow(child.window);
  }
}

/** Makes the window of a new process; `undefined` where this host, or this process, has no room for one. */
function grownWindow(): Window | undefined {
  try {
    return makeGrownWindow();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
