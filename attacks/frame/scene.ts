import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folders of one attempt, side by side. A program is told where they are by its environment, in the names that
 * the fields have here.
 */
export type Scene = {
  readonly ROOT: string;
  /** Granted with all rights; has a `file`, and another, `way/held`. */
  readonly WORK: string;
  /** Granted for reading and changing; nothing in it can be started. */
  readonly DATA: string;
  /** Granted for reading; has a `file`. */
  readonly READ: string;
  /** Not granted; has a `file` with secret bytes. */
  readonly SECRET: string;
};

/** Watches the folders of an attempt from outside. */
export class SceneWatch {
  readonly scene: Scene;
  readonly #secret: string;
  readonly #before: readonly string[];

  constructor() {
    const ROOT = mkdtempSync(join(tmpdir(), 'attack-'));
    const [WORK, DATA, READ, SECRET] = ['work', 'data', 'read', 'secret'].map((name) => join(ROOT, name));
    if (WORK === undefined || DATA === undefined || READ === undefined || SECRET === undefined)
      throw new TypeError('There are four folders');
    this.scene = { ROOT, WORK, DATA, READ, SECRET };
    for (const folder of [WORK, DATA, READ, SECRET]) mkdirSync(folder);
    this.#secret = `secret ${randomBytes(12).toString('hex')}`;
    writeFileSync(join(SECRET, 'file'), this.#secret);
    mkdirSync(join(SECRET, 'folder'));
    writeFileSync(join(READ, 'file'), 'content');
    writeFileSync(join(WORK, 'file'), 'content');
    writeFileSync(join(DATA, 'file'), 'content');
    mkdirSync(join(WORK, 'way'));
    writeFileSync(join(WORK, 'way', 'held'), 'content');
    this.#before = this.#snapshot();
  }

  /** Finds forbidden effects of the attempt: changes to read-only or ungranted files, and secrets elsewhere. */
  findings(output: string): string[] {
    const { WORK, DATA } = this.scene;
    const found: string[] = [];
    const now = this.#snapshot();
    for (const line of new Set([...now, ...this.#before]))
      if (!this.#before.includes(line)) found.push(`what must not change is now ${line}`);
      else if (!now.includes(line)) found.push(`what must not change was ${line}`);
    if (output.includes(this.#secret)) found.push('the secret was told');
    for (const path of [...filesBeneath(WORK), ...filesBeneath(DATA)]) {
      const stats = lstatSync(path);
      if ((stats.mode & 0o6000) !== 0) found.push(`a set-user-ID file was made: ${path}`);
      if (stats.isCharacterDevice() || stats.isBlockDevice()) found.push(`a device was made: ${path}`);
      if (stats.isFile() && stats.size < 1 << 20 && stats.nlink === 1 && (stats.mode & 0o400) !== 0) {
        if (readFileSync(path, 'latin1').includes(this.#secret)) found.push(`the secret lies in ${path}`);
      }
    }
    return found;
  }

  /** Removes the folders. */
  remove(): void {
    const { ROOT } = this.scene;
    try {
      rmSync(ROOT, { recursive: true, force: true });
    } catch {
      // Programs make trees that are deeper than any path.
      spawnSync('rm', ['-rf', ROOT]);
    }
  }

  /** All that can be seen of what must not change. */
  #snapshot(): string[] {
    return [this.scene.READ, this.scene.SECRET]
      .flatMap((folder) => [folder, ...filesBeneath(folder)])
      .map((path) => {
        const { mode, uid, nlink, mtimeMs, size } = lstatSync(path);
        return [
          path.slice(this.scene.ROOT.length),
          mode.toString(8),
          uid,
          nlink,
          mtimeMs,
          size,
          digest(path),
        ].join();
      });
  }
}

function digest(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return readlinkSync(path);
  return stats.isFile() ? createHash('sha1').update(readFileSync(path)).digest('hex') : '';
}

/** The longest path that a call takes. */
const LONGEST_PATH = 4000;

function filesBeneath(folder: string): string[] {
  if (folder.length > LONGEST_PATH) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isSocket())
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...filesBeneath(path)] : [path];
    });
}
