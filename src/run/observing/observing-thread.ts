import { lstatSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { hostPath } from '../../host/files/host-path.ts';
import { CallListener, type Notification } from '../../host/notifications/listener.ts';
import { receiveListener } from '../../host/notifications/receive-listener.ts';
import { TargetMemory } from '../../host/notifications/target-memory.ts';
import { addressCalls } from '../../learning/observed-calls.ts';
import type { SystemCall } from '../../linux/system-calls.ts';
import { parseAddress } from '../../network/address.ts';
import { HostFiles } from './host-files.ts';
import { readInterpreters } from './interpreters.ts';
import { linkOf, type NamedPath, observedName, PathReader } from './observed-call.ts';
import { RecentConnects } from './recent-connects.ts';
import { LONGEST_ADDRESS, type NamedAddress, readSocketAddress } from './socket-address.ts';
import type { Observed, ObservingStart } from './thread-words.ts';

/** Messages that go to the launcher at once, and milliseconds after which fewer go. */
const MOST_TOGETHER = 512;
const PAUSE = 20;

/** Uses that are remembered, so that each is told once. */
const MOST_REMEMBERED = 1_000_000;

/** Milliseconds for which a call on a socket waits for the launcher. */
const PATIENCE = 5000;

/** Observes a program until none of its processes is left: the work of a thread of the launcher. */
export function observingThread(): void {
  const start: ObservingStart = workerData;
  const descriptor = receiveListener(start.socket);
  // The program was not started.
  if (descriptor === undefined) return;
  new ObservingThread(start, new CallListener(descriptor)).run();
}

class ObservingThread {
  readonly #start: ObservingStart;
  readonly #listener: CallListener;
  readonly #memory = new TargetMemory();
  readonly #paths: PathReader;
  readonly #files = new HostFiles();
  readonly #told = new Set<string>();
  readonly #calls: ReadonlySet<string>;
  readonly #ready: Int32Array;
  readonly #connects: RecentConnects;
  #waiting: Observed[] = [];

  constructor(start: ObservingStart, listener: CallListener) {
    this.#start = start;
    this.#listener = listener;
    this.#paths = new PathReader(listener, this.#memory);
    this.#calls = new Set(start.calls);
    this.#ready = new Int32Array(start.ready);
    this.#connects = new RecentConnects(start.connects);
  }

  run(): void {
    for (;;) {
      const next = this.#listener.next(this.#waiting.length > 0 ? PAUSE : undefined);
      if (next === 'late') this.#send();
      else if (next === 'ended') {
        this.#send();
        return;
      } else {
        this.#observe(next);
        this.#listener.goOn();
      }
    }
  }

  #observe(notification: Notification): void {
    const name = observedName(notification.call);
    if (name === undefined) return;
    if (this.#calls.has(name)) this.#tellCall(name, notification);
    else if (name in addressCalls) this.#observeAddress(name, notification);
    else if (name === 'listen')
      this.#tell({ kind: 'listen', thread: notification.thread, descriptor: this.#listener.int(0) });
    else if (name === 'getdents64' || name === 'getdents') this.#observeDescriptor(notification, 0, 'list');
    else if (name === 'mmap') this.#observeDescriptor(notification, 4, 'execute');
    else this.#observePaths(notification);
  }

  #observePaths(notification: Notification): void {
    const found = this.#paths.read(notification);
    if (found === 'unreadable') {
      this.#tellOnce('unreadable', () => ({ kind: 'unreadable', executable: executableOf(notification) }));
      return;
    }
    for (const named of found) this.#observePath(named, notification);
  }

  #observePath(named: NamedPath, notification: Notification): void {
    const { path, effect, makes, noFollow } = named;
    const key = `${effect} ${makes} ${noFollow} ${path}`;
    if (this.#told.has(key)) return;
    this.#remember(key);
    if (this.#start.tells === 'paths') {
      this.#tell({
        kind: 'path',
        call: observedName(notification.call) ?? '',
        thread: notification.thread,
        executable: executableOf(notification),
        named,
        inside: isInside(named, `/proc/${notification.thread}/root`),
      });
      return;
    }
    const found = this.#files.accessesOf(named);
    if ('missing' in found) this.#tell({ kind: 'missing', path });
    else
      for (const access of found) {
        this.#tell({ kind: 'access', access });
        if (access.use !== 'execute') continue;
        for (const interpreter of readInterpreters(access.real))
          this.#observePath(
            { path: interpreter, effect: 'execute', makes: false, noFollow: false },
            notification,
          );
      }
  }

  /** A descriptor of the program is used: the file behind it is known to the kernel. */
  #observeDescriptor({ thread }: Notification, argument: number, use: 'list' | 'execute'): void {
    const path = linkOf(`/proc/${thread}/fd/${this.#listener.int(argument)}`);
    if (path === undefined || !path.startsWith('/') || this.#start.tells === 'paths') return;
    this.#tellOnce(`${use} ${path}`, () => {
      const effect = use === 'list' ? 'look' : use;
      const [access] = [this.#files.accessesOf({ path, effect, makes: false, noFollow: true })].flat();
      if (access === undefined || 'missing' in access) return undefined;
      return { kind: 'access', access: use === 'list' ? { ...access, use } : access };
    });
  }

  #observeAddress(name: SystemCall, { thread }: Notification): void {
    const row = addressCalls[name];
    if (row === undefined || (name !== 'connect' && name !== 'bind' && name !== 'sendto')) return;
    const length = Math.min(this.#listener.int(row.length), LONGEST_ADDRESS);
    if (length < 2) return;
    const bytes = this.#memory.bytes(thread, this.#listener.argument(row.address), length);
    const address = bytes && readSocketAddress(bytes);
    if (address === undefined) return;
    if (name === 'connect') this.#noteConnect(address, thread);
    const waits = name !== 'bind' && address.kind === 'internet' && this.#start.tells === 'uses';
    // A port is bound before the same socket listens.
    const key = `${name} ${name === 'bind' ? `${thread} ${this.#listener.int(0)}` : ''} ${JSON.stringify(address)}`;
    if (this.#told.has(key)) return;
    this.#remember(key);
    const found = this.#found(name, address, thread);
    if (found === undefined) return;
    const executable = executableOf({ thread });
    Atomics.store(this.#ready, 0, 0);
    const descriptor = this.#listener.int(0);
    this.#tell({ kind: 'address', call: name, descriptor, thread, executable, address: found, waits });
    if (!waits) return;
    this.#send();
    Atomics.wait(this.#ready, 0, 0, PATIENCE);
  }

  #noteConnect(named: NamedAddress, thread: number): void {
    const address = named.kind === 'internet' ? parseAddress(named.address) : undefined;
    if (named.kind !== 'internet' || address === undefined) return;
    const process = { pid: processOf(thread), executable: executableOf({ thread }) };
    this.#connects.add({ address, port: named.port, process });
  }

  /** A UNIX socket is told by the path that it has without links; one that the program made itself is not told. */
  #found(
    call: 'connect' | 'bind' | 'sendto',
    address: NamedAddress,
    thread: number,
  ): NamedAddress | undefined {
    if (address.kind !== 'unix') return address;
    const cwd = linkOf(`/proc/${thread}/cwd`) ?? '';
    const path = address.path.startsWith('/') ? address.path : `${cwd}/${address.path}`;
    if (this.#start.tells === 'paths') return { ...address, path };
    const effect = call === 'bind' ? 'make' : 'look';
    const found = this.#files.accessesOf({ path, effect, makes: false, noFollow: false });
    if ('missing' in found) return undefined;
    for (const access of found) {
      if (call !== 'bind' && access.kind === 'socket') return { ...address, path: access.real };
      this.#tell({ kind: 'access', access });
    }
    return undefined;
  }

  #tellCall(name: SystemCall, notification: Notification): void {
    this.#tellOnce(`call ${name}`, () => ({
      kind: 'call',
      call: name,
      thread: notification.thread,
      executable: executableOf(notification),
    }));
  }

  #tellOnce(key: string, make: () => Observed | undefined): void {
    if (this.#told.has(key)) return;
    this.#remember(key);
    const made = make();
    if (made !== undefined) this.#tell(made);
  }

  #remember(key: string): void {
    if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
    this.#told.add(key);
  }

  #tell(observed: Observed): void {
    this.#waiting.push(observed);
    if (this.#waiting.length >= MOST_TOGETHER) this.#send();
  }

  #send(): void {
    if (this.#waiting.length > 0) parentPort?.postMessage(this.#waiting);
    this.#waiting = [];
  }
}

/** Links that are absolute lead elsewhere in the root of a program, so that this is for file systems of its own alone. */
/** Tells whether a file is there in a root, or can be made there. */
function isInside({ path, makes }: NamedPath, root: string): boolean {
  return isThere(`${root}${path}`) || (makes && isThere(`${root}${dirname(path)}`));
}

function isThere(path: string): boolean {
  try {
    return lstatSync(hostPath(path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function executableOf({ thread }: Pick<Notification, 'thread'>): string {
  return linkOf(`/proc/${thread}/exe`) ?? '';
}

/** The id of the process that a thread belongs to (proc_pid_status(5)). */
function processOf(thread: number): number {
  try {
    const [, pid] = /^Tgid:\t(\d+)$/m.exec(readFileSync(`/proc/${thread}/status`, 'latin1')) ?? [];
    return Number(pid ?? thread);
  } catch {
    return thread;
  }
}
