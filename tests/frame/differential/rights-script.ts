import { xorshift } from '../gates/xorshift.ts';

/** A call: its name and fields, none with a space in it. */
export type RightsCall = readonly [name: string, ...fields: readonly string[]];

/** WASI's rights by their bits, as far as scripts name them. */
const FD_READ = 1n << 1n;
const FD_WRITE = 1n << 6n;
const ALL_RIGHTS = (1n << 30n) - 1n;
const FILE_RIGHTS = 0x8e001ffn;
/** Rights that Go asks for when it opens a file to read, and a directory. */
const GO_FILE = 0xff7f5ben & ~FD_WRITE;
const GO_DIRECTORY = 0x3ddffe9cn & ALL_RIGHTS;

const O_CREAT = 1;
const O_DIRECTORY = 2;
const O_EXCL = 4;
const O_TRUNC = 8;
const APPEND = 1;

const paths = [
  'f',
  'g',
  'd',
  'd/e',
  'd/new',
  'new',
  'l',
  'ld',
  'ld/e',
  'd/../f',
  'none/x',
  'f/x',
  '.',
  'd/.',
  '..',
  '/f',
];
const slots = 4;

/** Makes scripts, the same ones for the same seed. */
export class RightsWriter {
  readonly #below: (bound: number) => number;

  constructor(seed: number) {
    this.#below = xorshift(seed);
  }

  script(): readonly RightsCall[] {
    return Array.from({ length: 6 + this.#below(14) }, () => this.#call());
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#below(items.length)];
    if (item === undefined) throw new RangeError('Nothing to pick from');
    return item;
  }

  get #slot(): string {
    return String(this.#below(3) === 0 ? 0 : this.#below(slots));
  }

  #base(): bigint {
    const bits = this.#pick([
      () => 0n,
      () => FD_READ,
      () => FD_READ | FD_WRITE,
      () => FD_WRITE,
      () => FILE_RIGHTS,
      () => ALL_RIGHTS,
      () => GO_FILE,
      () => GO_DIRECTORY,
      () => BigInt(this.#below(2 ** 30)),
      () => BigInt(this.#below(2 ** 30)) | FD_READ,
    ])();
    return bits;
  }

  #open(): RightsCall {
    const flags = this.#pick([
      0,
      0,
      0,
      O_CREAT,
      O_CREAT,
      O_CREAT | O_EXCL,
      O_TRUNC,
      O_CREAT | O_TRUNC,
      O_DIRECTORY,
    ]);
    const fdflags = this.#pick([0, 0, 0, APPEND]);
    const to = 1 + this.#below(slots - 1);
    return [
      'open',
      this.#slot,
      this.#pick(paths),
      String(this.#below(2)),
      String(flags),
      String(this.#base()),
      String((fdflags << 8) | to),
    ];
  }

  #call(): RightsCall {
    const at = this.#slot;
    const number = (bound: number): string => String(this.#below(bound));
    const reading: readonly (() => RightsCall)[] = [
      () => ['read', at, number(9)],
      () => ['pread', at, number(9), number(9)],
      () => ['seek', at, String(this.#below(9) - 2), number(3)],
      () => ['tell', at],
      () => ['list', at],
      () => ['fstat', at],
      () => ['stat', at, this.#pick(paths), number(2)],
      () => ['readlink', at, this.#pick(paths)],
      () => ['advise', at, number(6)],
      () => ['close', at],
      () => ['lessen', at, number(2 ** 30), number(2 ** 30)],
    ];
    const changing: readonly (() => RightsCall)[] = [
      () => ['write', at, this.#pick(['x', 'words', 'more-words'])],
      () => ['pwrite', at, 'at', number(9)],
      () => ['size', at, number(9)],
      () => ['sync', at],
      () => ['datasync', at],
      () => ['times', at, String(1 | 4)],
      () => ['mkdir', at, this.#pick(paths)],
      () => ['rmdir', at, this.#pick(paths)],
      () => ['unlink', at, this.#pick(paths)],
      () => ['rename', at, this.#pick(paths), this.#slot, this.#pick(paths)],
      () => ['symlink', at, this.#pick(paths), this.#pick(['f', 'd', '../f'])],
    ];
    if (this.#below(3) === 0) return this.#open();
    return this.#below(2) === 0 ? this.#pick(changing)() : this.#pick(reading)();
  }
}
