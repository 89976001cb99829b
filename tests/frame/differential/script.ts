import { Random } from '../../../fuzz/random.ts';

/**
 * A call of a script: its name, and its fields as text. Directories and open files are slots with numbers; directory 0
 * is the script's own, which is empty at the start.
 */
export type Call = readonly [name: string, ...fields: readonly string[]];

/** The words of scripts. */
export type Language = {
  /** Calls that the objects of `cloudabi/program` do not have. */
  readonly all: boolean;
  /** Paths that begin at the root. */
  readonly absolutePaths: boolean;
  /** Symbolic links to such a path. */
  readonly absoluteLinks: boolean;
};

const NAMES = ['a', 'b', 'c'];
/** Rare ones: nothing at all, what nothing has, the longest name and one that is longer. */
const ODD = ['', 'é', 'x'.repeat(255), 'x'.repeat(256), 'a/'.repeat(2100), '..', '.', './..'];
const ABSOLUTE = ['/', '/nowhere/a'];
const MODES = ['r', 'r', 'r+', 'w', 'w', 'wx', 'w+', 'wx+', 'a', 'ax', 'a+', 'ax+'];
const TARGETS = ['a', 'b', 'c', 'a/b', '../a', '../../a', '.', '..', 'missing', 'b/', 'c/..', ''];

/** Writes scripts at random; the same seed gives the same. */
export class Writer {
  readonly #random: Random;
  readonly #language: Language;

  constructor(seed: number, language: Language) {
    this.#random = new Random(seed);
    this.#language = language;
  }

  script(): Call[] {
    return Array.from({ length: 8 + this.#random.below(32) }, () => this.#call());
  }

  #pick(items: readonly string[]): string {
    return this.#random.pick(items) ?? '';
  }

  #path(): string {
    if (this.#random.below(24) === 0) return this.#pick(ODD);
    if (this.#language.absolutePaths && this.#random.below(48) === 0) return this.#pick(ABSOLUTE);
    let path = this.#pick(NAMES);
    for (let more = this.#random.below(6); more > 3; more--) {
      const between = this.#random.below(12) === 0 ? '//' : '/';
      path += between + (this.#random.below(8) === 0 ? this.#pick(['.', '..']) : this.#pick(NAMES));
    }
    const end = this.#random.below(16);
    if (end === 0) path = `../${path}`;
    return end === 1 ? `${path}/` : end === 2 ? `${path}/.` : path;
  }

  #target(): string {
    const absolute = this.#language.absoluteLinks && this.#random.below(12) === 0;
    return this.#pick(absolute ? ABSOLUTE : TARGETS);
  }

  /** The script's own directory more often than those that it opens. */
  #directory(): string {
    return this.#pick(['0', '0', '0', '1', '2']);
  }

  #place(): [directory: string, path: string] {
    return [this.#directory(), this.#path()];
  }

  #number(limit: number): string {
    return String(this.#random.below(limit));
  }

  #file(): string {
    return this.#number(3);
  }

  #text(): string {
    return this.#pick(['q', 'rs', 'tuvw', 'xyzxyzxyz']);
  }

  #call(): Call {
    const below = (limit: number): number => this.#random.below(limit);
    const { all } = this.#language;
    const common: readonly (() => Call)[] = [
      () => ['mkdir', ...this.#place()],
      () => ['mkdir', ...this.#place()],
      () => ['remove', ...this.#place()],
      () => ['symlink', ...this.#place(), this.#target()],
      () => ['symlink', ...this.#place(), this.#target()],
      () => ['readlink', ...this.#place(), all ? this.#pick(['4096', '1', '3']) : '4096'],
      () => ['stat', ...this.#place()],
      () => ['lstat', ...this.#place()],
      () => ['list', ...this.#place()],
      () => ['utimes', ...this.#place(), this.#number(1000)],
      () => ['times', ...this.#place()],
      () => ['opendir', ...this.#place(), this.#number(2)],
      () => ['rename', ...this.#place(), ...this.#place()],
      () => ['rename', ...this.#place(), ...this.#place()],
      () => ['link', ...this.#place(), ...this.#place()],
      () => ['open', ...this.#place(), this.#pick(MODES), this.#file()],
      () => ['open', ...this.#place(), this.#pick(MODES), this.#file()],
      () => ['open', ...this.#place(), this.#pick(MODES), this.#file()],
      () => ['open', ...this.#place(), this.#pick(MODES), this.#file()],
      () => ['fread', this.#file(), this.#number(20)],
      () => ['fread', this.#file(), this.#number(20)],
      () => ['fpread', this.#file(), this.#number(20), this.#number(12)],
      () => ['fwrite', this.#file(), this.#text()],
      () => ['fwrite', this.#file(), this.#text()],
      () => ['fwrite', this.#file(), this.#text()],
      () => ['fpwrite', this.#file(), this.#text(), this.#number(12)],
      () => ['ftruncate', this.#file(), this.#number(20)],
      () => ['fstat', this.#file()],
      () => ['fsync', this.#file()],
      () => ['fclose', this.#file()],
    ];
    const others: readonly (() => Call)[] = [
      () => ['rmdir', ...this.#place()],
      () => ['unlink', ...this.#place()],
      () => ['link-follow', ...this.#place(), ...this.#place()],
      () => ['open-nofollow', ...this.#place(), this.#pick(MODES), this.#file()],
      () => ['fseek', this.#file(), String(below(20) - 5), this.#pick(['set', 'cur', 'end'])],
      () => ['fseek', this.#file(), String(below(20) - 5), this.#pick(['set', 'cur', 'end'])],
    ];
    const calls = all ? [...common, ...others] : common;
    return (calls[below(calls.length)] ?? (() => ['stat', '0', '.'] as const))();
  }
}

/** Scripts as interpreters read them: a line for each call, and one in front of each script. */
export function scriptText(scripts: readonly (readonly Call[])[]): string {
  return scripts
    .map((script, index) =>
      [['begin', String(index)], ...script].map((call) => `${call.join('\t')}\n`).join(''),
    )
    .join('');
}
