import { isSteeringVariable } from '../../linux/steering-variables.ts';
import { durationShape } from '../duration-shape.ts';
import {
  boolShape,
  choiceShape,
  integerShape,
  listShape,
  mapShape,
  optionalShape,
  recordShape,
  ShapeError,
  textShape,
  type WireShape,
} from '../shape.ts';
import { type CommandWord, isWordWithin, wordShape } from './command-word.ts';

/** The standard streams in the order of their numbers. */
export const streamNames = ['stdin', 'stdout', 'stderr'] as const;

/** A standard stream that a client may hand over. */
export type HandedStream = (typeof streamNames)[number];

/** The limits of one program, as a document says them. */
export type CommandLimits = {
  /** The words that have to be there, in their places. None by default. */
  readonly arguments?: readonly CommandWord[];
  /** The words that may follow, in their places. None by default. */
  readonly optional?: readonly CommandWord[];
  /** The words behind all places, any number. None by default. */
  readonly more?: CommandWord;
  /** Options by their names, with the value that follows. None by default. */
  readonly options?: ReadonlyMap<string, CommandWord | true>;
  /** Variables that a client may set. None by default. */
  readonly variables?: ReadonlyMap<string, CommandWord>;
  /** Streams that a client may hand over. None by default. */
  readonly streams?: readonly HandedStream[];
  /** The most at once; 1 by default. */
  readonly at_once?: number;
  /** The most in all; any number by default. */
  readonly starts?: number;
  /** Milliseconds until one is ended; none by default. */
  readonly time?: number;
  /** True if it may be kept until the launcher ends; false by default. */
  readonly daemon?: boolean;
};

const MAX_PLACES = 64;
const MAX_OPTIONS = 256;
const MAX_AT_ONCE = 1000;
const MAX_STARTS = 1_000_000_000;

const OPTION = /^--?[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

function nameShape(form: RegExp, words: string, samples: readonly string[]): WireShape<string> {
  const text = textShape(128, samples);
  return {
    ...text,
    words,
    read: (value, path) => {
      const name = text.read(value, path);
      if (!form.test(name)) throw new ShapeError(path, `expects ${words}`);
      return name;
    },
  };
}

const optionValueShape: WireShape<CommandWord | true> = {
  words: `true for an option without a value, or ${wordShape.words}`,
  type: `true | ${wordShape.type}`,
  samples: [true, ...wordShape.samples],
  read: (value, path) => (value === true ? true : wordShape.read(value, path)),
  write: (value) => (value === true ? true : wordShape.write(value)),
};

const record = recordShape({
  arguments: optionalShape(listShape(wordShape, MAX_PLACES)),
  optional: optionalShape(listShape(wordShape, MAX_PLACES)),
  more: optionalShape(wordShape),
  options: optionalShape(
    mapShape(nameShape(OPTION, "an option such as '--name'", ['--a', '-b']), optionValueShape, MAX_OPTIONS),
  ),
  variables: optionalShape(
    mapShape(nameShape(VARIABLE, 'the name of a variable', ['A', 'B']), wordShape, MAX_OPTIONS),
  ),
  streams: optionalShape(listShape(choiceShape(streamNames), streamNames.length)),
  at_once: optionalShape(integerShape(1, MAX_AT_ONCE)),
  starts: optionalShape(integerShape(0, MAX_STARTS)),
  time: optionalShape(durationShape),
  daemon: optionalShape(boolShape),
});

/** The limits of one program. */
export const commandShape: WireShape<CommandLimits> = {
  ...record,
  samples: [
    new Map(),
    new Map([['arguments', [['a', 'b']]]]),
    new Map([['optional', [['a']]]]),
    new Map([['more', new Map([['text', 3]])]]),
    new Map([['starts', 1]]),
    new Map([['daemon', true]]),
  ],
  read: (value, path) => {
    const command = record.read(value, path);
    for (const [name, word] of command.variables ?? [])
      if (word.kind !== 'one of' && isSteeringVariable(name))
        throw new ShapeError(
          [...path, 'variables', name],
          'can make a program run other code: list its values, or set it in the grants of the program',
        );
    for (const word of wordsIn(command))
      for (const one of word.kind === 'one of' ? word.words : [])
        if (one.startsWith('-') && command.options?.has(one.replace(/=.*/s, '')))
          throw new ShapeError(path, `has '${one}' as an argument and as an option: leave one of both out`);
    return command;
  },
};

function wordsIn({ arguments: required = [], optional = [], more }: CommandLimits): readonly CommandWord[] {
  return [...required, ...optional, ...(more === undefined ? [] : [more])];
}

/** Tells whether limits of a program allow nothing that others do not. */
export function coversCommand(outer: CommandLimits, inner: CommandLimits): boolean {
  return (
    coversPlaces(outer, inner) &&
    [...(inner.options ?? [])].every(([name, word]) => coversValue(outer.options?.get(name), word)) &&
    [...(inner.variables ?? [])].every(([name, word]) => coversValue(outer.variables?.get(name), word)) &&
    (inner.streams ?? []).every((name) => outer.streams?.includes(name)) &&
    mostAtOnce(inner) <= mostAtOnce(outer) &&
    mostStarts(inner) <= mostStarts(outer) &&
    (inner.daemon !== true || outer.daemon === true) &&
    (inner.time ?? Number.POSITIVE_INFINITY) <= (outer.time ?? Number.POSITIVE_INFINITY)
  );
}

/** The most programs at once. */
export function mostAtOnce({ at_once = 1 }: CommandLimits): number {
  return at_once;
}

/** The most starts in all. */
export function mostStarts({ starts = Number.MAX_SAFE_INTEGER }: CommandLimits): number {
  return starts;
}

function coversValue(outer: CommandWord | true | undefined, inner: CommandWord | true): boolean {
  if (outer === undefined || outer === true || inner === true) return outer === inner;
  return isWordWithin(inner, outer);
}

/** Tells whether every list of words for `inner` is one for `outer`, too. */
function coversPlaces(outer: CommandLimits, inner: CommandLimits): boolean {
  const [before, next] = [wordPlaces(outer), wordPlaces(inner)];
  if ((inner.arguments ?? []).length < (outer.arguments ?? []).length) return false;
  const length = Math.max(before.length, next.length) + 1;
  for (let at = 0; at < length; at++) {
    const word = next[at] ?? inner.more;
    const kept = before[at] ?? outer.more;
    if (word === undefined) return true;
    if (kept === undefined || !isWordWithin(word, kept)) return false;
  }
  return true;
}

/** The words that have places, those that may be missing behind those that may not. */
export function wordPlaces({
  arguments: required = [],
  optional = [],
}: CommandLimits): readonly CommandWord[] {
  return [...required, ...optional];
}
