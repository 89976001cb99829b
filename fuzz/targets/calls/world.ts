import {
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands in the file that was not granted; it must never appear in the program's memory. */
export const SECRET = 'kept-from-the-program';

/** A granted folder and one beside it that nothing may reach. */
export class World {
  readonly #root = mkdtempSync(join(tmpdir(), 'cloudabi-fuzz-'));
  readonly #granted = join(this.#root, 'granted');
  readonly #outside = join(this.#root, 'outside');

  constructor() {
    mkdirSync(this.#outside);
    writeFileSync(join(this.#outside, 'secret'), SECRET);
    process.once('exit', () => rmSync(this.#root, { recursive: true, force: true }));
  }

  /** Makes the granted folder anew. */
  reset(): void {
    rmSync(this.#granted, { recursive: true, force: true });
    mkdirSync(join(this.#granted, 'sub'), { recursive: true });
    writeFileSync(join(this.#granted, 'file'), 'contents');
    writeFileSync(join(this.#granted, 'sub', 'inner'), 'more contents');
    symlinkSync('../outside', join(this.#granted, 'escape'));
    symlinkSync(this.#outside, join(this.#granted, 'absolute'));
  }

  /** Host descriptors of the granted folder, of a file in it to read and write, and of one to append to. */
  open(): { readonly directory: number; readonly file: number; readonly log: number } {
    const { O_RDONLY, O_DIRECTORY, O_RDWR, O_WRONLY, O_APPEND, O_CREAT } = constants;
    return {
      directory: openSync(this.#granted, O_RDONLY | O_DIRECTORY),
      file: openSync(join(this.#granted, 'file'), O_RDWR),
      log: openSync(join(this.#granted, 'log'), O_WRONLY | O_APPEND | O_CREAT),
    };
  }

  /** @throws if a file that was not granted has changed. */
  checkOutside(): void {
    const names = readdirSync(this.#outside).join();
    if (names !== 'secret' || readFileSync(join(this.#outside, 'secret'), 'utf8') !== SECRET)
      throw new Error(`What lies outside the granted folder has changed: ${names}`);
    const siblings = readdirSync(this.#root).join();
    if (siblings !== 'granted,outside') throw new Error(`Beside the granted folder there is ${siblings}`);
  }
}
