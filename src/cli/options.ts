import { isUtf8 } from '../host/files/host-path.ts';
import { quote } from '../resources/written.ts';
import { printable } from '../text/printable.ts';
import { nearest } from '../text/suggest.ts';

/** The most options that a message lists. */
const MOST_LISTED = 12;

/** The most characters of an unknown option that a message shows. */
const MOST_SHOWN = 80;

/** An option of a command whose arguments we read ourselves, because it must start fast. */
export type Option = {
  /** With its dashes: `--config`. */
  readonly name: string;
  /** The name of its value in help; an option without one, and without `optional`, is a switch. */
  readonly value?: string;
  /**
   * Words of which one may follow the option, which is a switch without; another word is the next argument. With a `value`
   * any text may stand behind an equals sign.
   */
  readonly optional?: readonly string[];
  /** May be given more than once. */
  readonly repeat?: true;
  /** Its value may hold bytes that are not UTF-8. */
  readonly bytes?: true;
  /** For help; lines are broken where it says. */
  readonly help: string;
};

/** The command line is wrong. The CLI ends with status 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/**
 * Makes sure that a text is UTF-8 where nothing else can be carried.
 *
 * @param what For the message: `The name of the program`.
 * @throws UsageError
 */
export function requireUtf8(what: string, text: string): void {
  if (!isUtf8(text)) throw new UsageError(`${what} must be UTF-8, which ${quote(text)} is not`);
}

/** Options as given, and the words behind them. */
export class ParsedOptions {
  readonly #values: ReadonlyMap<string, readonly string[]>;
  /** The first argument that is no option and all behind it, a `--` in front of it left out. */
  readonly rest: readonly string[];

  constructor(values: ReadonlyMap<string, readonly string[]>, rest: readonly string[]) {
    this.#values = values;
    this.rest = rest;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Values in the order given; empty when the option was not given. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** All options that were given. */
  entries(): Iterable<readonly [name: string, values: readonly string[]]> {
    return this.#values;
  }

  get(name: string): string | undefined {
    return this.all(name)[0];
  }
}

/**
 * Reads options up to the first argument that is none: the rest is the program's own. Both `--name VALUE` and
 * `--name=VALUE` are understood.
 *
 * @param anywhere The program has no arguments of its own, so options may also follow it.
 * @throws UsageError
 */
export function parseOptions(
  argv: readonly string[],
  options: readonly Option[],
  anywhere = false,
): ParsedOptions {
  const values = new Map<string, string[]>();
  const others: string[] = [];
  let at = 0;
  for (; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    if (argument === '--') return new ParsedOptions(values, [...others, ...argv.slice(at + 1)]);
    if (!argument.startsWith('-') || argument === '-') {
      if (!anywhere) break;
      requireUtf8('The name of a program', argument);
      others.push(argument);
      continue;
    }
    const equals = argument.indexOf('=');
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const option = options.find(
      (candidate) => candidate.name === name || (name === '-h' && candidate.name === '--help'),
    );
    if (option === undefined) {
      const known = options.map((one) => one.name);
      const near = nearest(name, known);
      // A long list would bury the mistake.
      const all = known.length > MOST_LISTED ? '--help lists all' : `there are ${known.join(', ')}`;
      throw new UsageError(
        `There is no option ${printable(name, MOST_SHOWN)}; ${near === undefined ? all : `did you mean '${near}'?`}`,
      );
    }
    let value = equals < 0 ? undefined : argument.slice(equals + 1);
    const following = argv[at + 1];
    if (option.optional !== undefined) {
      if (value === undefined && following !== undefined && option.optional.includes(following)) {
        value = following;
        at++;
      }
    } else if (option.value === undefined) {
      if (value !== undefined) throw new UsageError(`${name} takes no value, not '${value}'`);
    } else if (value === undefined) {
      value = argv[++at];
      if (value === undefined) throw new UsageError(`${name} needs a value: ${name} ${option.value}`);
    }
    if (value !== undefined && option.bytes !== true) requireUtf8(`The value of ${name}`, value);
    const given = values.get(option.name);
    if (given === undefined) values.set(option.name, value === undefined ? [] : [value]);
    else if (option.repeat && value !== undefined) given.push(value);
    else if (option.value !== undefined || option.optional !== undefined)
      throw new UsageError(`${name} is given twice`);
  }
  return new ParsedOptions(values, [...others, ...argv.slice(at)]);
}

/** The options as help shows them, one below the other. */
export function describeOptions(options: readonly Option[]): string {
  const heads = options.map(({ name, value, optional }) =>
    optional !== undefined
      ? `${name}${value === undefined ? ' [WHAT]' : `[=${value}]`}`
      : value !== undefined
        ? `${name} ${value}`
        : name,
  );
  const width = Math.max(...heads.map((head) => head.length));
  return options
    .map(({ help }, index) => {
      const indent = ' '.repeat(width + 4);
      return `  ${(heads[index] ?? '').padEnd(width)}  ${help.replaceAll('\n', `\n${indent}`)}`;
    })
    .join('\n');
}

/**
 * Reads the value of an option that is one of some words.
 *
 * @throws UsageError for another one.
 */
export function oneOfNames<Name extends string>(
  option: string,
  value: string | undefined,
  names: readonly Name[],
): Name | undefined {
  const found = names.find((name) => name === value);
  if (value !== undefined && found === undefined)
    throw new UsageError(`${option} takes one of ${names.join(', ')}, not '${value}'`);
  return found;
}
