import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClaimError, claimBytes, claimPath, MOST_CLAIMED } from './claim.ts';

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** The folder of a claim on this machine. Its program may write there, so that no name in it is trusted. */
export class ClaimFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'cloudabi-claim-'));

  /** Writes a file, or makes a folder for a path that ends with a slash. @throws ClaimError */
  write(path: string, content: string | Uint8Array): void {
    const parts = claimPath(path);
    const folders = path.endsWith('/') ? parts : parts.slice(0, -1);
    const bytes = claimBytes(path, content);
    this.#within(path, folders, true, (at) => {
      if (path.endsWith('/')) return;
      const file = openSync(
        `${at}/${parts.at(-1)}`,
        O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK,
        0o600,
      );
      try {
        if (!fstatSync(file).isFile()) throw new Error('it is no regular file');
        writeFileSync(file, bytes);
      } finally {
        closeSync(file);
      }
    });
  }

  /** Reads a file. @throws ClaimError */
  read(path: string): Uint8Array {
    const parts = claimPath(path);
    return this.#within(path, parts.slice(0, -1), false, (at) => {
      // A pipe that lies there is not waited for.
      const file = openSync(`${at}/${parts.at(-1)}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const status = fstatSync(file);
        if (!status.isFile()) throw new Error('it is no regular file');
        return readBounded(file, status.size);
      } finally {
        closeSync(file);
      }
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Opens folder after folder, each beneath the one before and none through a symbolic link. */
  #within<Result>(
    path: string,
    folders: readonly string[],
    make: boolean,
    act: (at: string) => Result,
  ): Result {
    const opened = [openSync(this.path, O_RDONLY | O_DIRECTORY)];
    const here = (): string => `/proc/self/fd/${opened.at(-1)}`;
    try {
      for (const name of folders) {
        if (make) mkdirSync(`${here()}/${name}`, { recursive: true, mode: 0o700 });
        opened.push(openSync(`${here()}/${name}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      }
      return act(here());
    } catch (error) {
      if (error instanceof ClaimError) throw error;
      const reason =
        error instanceof Error ? error.message.replaceAll(/'?\/proc\/self\/fd\/\d+\//g, '') : `${error}`;
      throw new ClaimError(`File '${path}' of the claim: ${reason}`);
    } finally {
      for (const descriptor of opened) closeSync(descriptor);
    }
  }
}

/** Bytes that are read at once behind those that a file had. */
const PIECE = 65536;

/** Reads a file, which its program may let grow meanwhile. @throws Error when it has too many bytes. */
function readBounded(file: number, size: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (let most = size + 1; total <= MOST_CLAIMED; most = PIECE) {
    const room = Buffer.alloc(Math.min(most, MOST_CLAIMED + 1 - total));
    const count = readSync(file, room);
    if (count === 0) return Buffer.concat(parts, total);
    parts.push(room.subarray(0, count));
    total += count;
  }
  throw new Error(`it has more than ${MOST_CLAIMED} bytes`);
}
