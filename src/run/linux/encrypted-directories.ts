import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { type BeginServing, ServerDescriptor } from '../../encryption/begin.ts';
import { lockNow } from '../../host/files/file-lock.ts';
import { createMemoryFile } from '../../host/files/memory-file.ts';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { entryPoint } from '../../plan/entry-points.ts';
import type { PlannedLinux, PlannedMount, Reason } from '../../plan/linux/planned.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { quote } from '../../resources/written.ts';
import type { Mechanism } from '../../walls/mechanisms.ts';
import { directoryKey } from './directory-key.ts';

type Server = { readonly child: ChildProcess; readonly ended: Promise<void> };

/** The processes that serve the encrypted directories of one run. */
export class EncryptedDirectories {
  readonly #servers: Server[] = [];
  #lost: (() => void) | undefined;
  #isLost = false;
  #isOver = false;

  /**
   * Starts the process for a mount.
   *
   * @param descriptor The descriptor of its directory, which stays the caller's.
   * @returns A socket to it, for the new process; the caller closes it.
   * @throws ResourceError
   */
  open(
    { path, encrypt, access, position, why }: PlannedMount & Reason,
    descriptor: number,
    { user, shownUser }: Pick<PlannedLinux, 'user' | 'shownUser'>,
    accept: readonly Mechanism[],
  ): number {
    if (encrypt === undefined) throw new Error('A mount is not encrypted');
    const place = position === undefined ? why : '';
    const writes = access === 'write';
    const flags = constants.O_RDONLY | constants.O_DIRECTORY;
    const folder = openSync(`/proc/self/fd/${descriptor}`, flags);
    const [ours, theirs] = makeSocketPair();
    try {
      if (!lockNow(folder, writes ? 'exclusive' : 'shared'))
        throw new ResourceError(
          `${quote(path)} is encrypted, and another program has it; it can be used by one that writes, or by several that read`,
          position,
          place,
        );
      const from = encrypt.from;
      const key = directoryKey({ descriptor: folder, path, from, makes: writes, position, place });
      const { uid, gid } = shownUser ??
        user ?? { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
      const begin: BeginServing = {
        parent: process.pid,
        key: Buffer.from(key.bytes).toString('hex'),
        writes,
        owner: { uid, gid },
        accept,
        name: path,
      };
      this.#start(begin, folder, theirs);
      return ours;
    } catch (error) {
      closeSync(ours);
      throw error;
    } finally {
      closeSync(theirs);
      closeSync(folder);
    }
  }

  #start(begin: BeginServing, folder: number, intake: number): void {
    const file = createMemoryFile('cloudabi-encryption', [Buffer.from(JSON.stringify(begin))]);
    const stdio: ('ignore' | 'inherit' | number)[] = ['ignore', 'ignore', 'inherit'];
    stdio[ServerDescriptor.begin] = file;
    stdio[ServerDescriptor.folder] = folder;
    stdio[ServerDescriptor.intake] = intake;
    // In a session of its own, so that keys at a terminal do not end it before the program.
    const child = spawn(process.execPath, [`${entryPoint('encryption-process')}.js`], {
      detached: true,
      stdio,
      env: {},
    });
    closeSync(file);
    const ended = new Promise<void>((resolve) => {
      const end = (): void => {
        resolve();
        if (!this.#isOver) this.#lose();
      };
      child.once('error', end).once('exit', end);
    });
    this.#servers.push({ child, ended });
  }

  /** Has a function called when a process has ended before its program. */
  onLost(lost: () => void): void {
    this.#lost = lost;
    if (this.#isLost) lost();
  }

  /** The program was not started. */
  abandon(): void {
    this.#isOver = true;
    for (const { child } of this.#servers) child.kill('SIGKILL');
  }

  /** The program has ended: waits until no process serves its directories any more. */
  end(): Promise<void> | undefined {
    this.#isOver = true;
    if (this.#servers.length === 0) return undefined;
    return Promise.all(this.#servers.map(({ ended }) => ended)).then(() => undefined);
  }

  #lose(): void {
    this.#isLost = true;
    this.#lost?.();
  }
}
