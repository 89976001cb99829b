import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Milliseconds for which a file must stay the same until it is read again. */
const SETTLED = 100;

/** The file of a document, which editors may change at the same time. */
export class DocumentFile {
  readonly #path: string;
  /** The text that was read or saved last. */
  #known = '';

  /** @throws Error of Node when there is none. */
  constructor(path: string) {
    // A link stays one: the file that it leads to is replaced.
    this.#path = realpathSync(path);
  }

  /** Reads the text. */
  read(): string {
    this.#known = readFileSync(this.#path, 'utf8');
    return this.#known;
  }

  /**
   * Replaces the text, if it still is the one that is known.
   *
   * @returns The text as it is, where it is another.
   */
  save(base: string, text: string): string | undefined {
    const now = this.read();
    if (now !== base) return now;
    const draft = join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}.tmp`);
    const file = openSync(draft, 'wx', 0o600);
    try {
      fchmodSync(file, statSync(this.#path).mode & 0o777);
      writeFileSync(file, text);
      fsyncSync(file);
      renameSync(draft, this.#path);
      this.#known = text;
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    return undefined;
  }

  /** Calls back with each text that another program writes, and with one that it has written since the last look. */
  watch(onText: (text: string) => void): { close(): void } {
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      try {
        const known = this.#known;
        const text = this.read();
        if (text !== known) onText(text);
      } catch {
        // It is being replaced; the next event tells.
      }
    };
    const watcher = watch(dirname(this.#path), (_, name) => {
      if (name !== null && name !== basename(this.#path)) return;
      clearTimeout(timer);
      timer = setTimeout(look, SETTLED);
    });
    // The kernel tells of no change that was made before this moment.
    look();
    return {
      close: () => {
        clearTimeout(timer);
        watcher.close();
      },
    };
  }
}
