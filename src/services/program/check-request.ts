import { printable } from '../../text/printable.ts';
import { allowsWord, type CommandWord, describeWord } from './command-word.ts';
import { type CommandLimits, type HandedStream, wordPlaces } from './limits.ts';

/**
 * The ways in which a program is kept: it ends with the channel that has started it, with the last copy of its descriptor, or
 * with the launcher alone.
 */
export const keeps = ['channel', 'descriptor', 'daemon'] as const;

/** The way in which a program is kept. */
export type ProgramLifetime = (typeof keeps)[number];

/** A request to start a program. */
export type StartRequest = {
  readonly name: string;
  /** Without the name of the program. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly streams: readonly HandedStream[];
  readonly keep: ProgramLifetime;
};

/** The most words of a request, and the most UTF-16 units of all together. */
export const MAX_REQUEST_WORDS = 1024;
const MAX_TEXT = 128 * 1024;

/** Says in one line why a request is not within limits; `undefined` when it is. */
export function refusedRequest(request: StartRequest, limits: CommandLimits): string | undefined {
  const { environment, streams, keep } = request;
  if (keep === 'daemon' && limits.daemon !== true)
    return `'${request.name}' cannot be kept as a daemon: its limits lack 'daemon'`;
  const words = [...request.arguments, ...[...environment].flat()];
  if (words.length > MAX_REQUEST_WORDS || words.reduce((sum, { length }) => sum + length, 0) > MAX_TEXT)
    return `Arguments and variables have more than ${MAX_REQUEST_WORDS} words or ${MAX_TEXT} characters`;
  for (const name of streams)
    if (!limits.streams?.includes(name)) return `Stream '${name}' cannot be handed to '${request.name}'`;
  for (const [name, value] of environment) {
    const allowed = limits.variables?.get(name);
    if (allowed === undefined) return `Variable '${printable(name, 80)}' cannot be set`;
    if (!allowsWord(allowed, value)) return refusal(`Variable '${name}'`, allowed, value);
  }
  return refusedArguments(request.arguments, limits);
}

function refusedArguments(words: readonly string[], limits: CommandLimits): string | undefined {
  const { more, options } = limits;
  const places = wordPlaces(limits);
  const given = new Set<string>();
  let place = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name = word, joined] = /^(--[^=]*)=(.*)$/s.exec(word) ?? [];
    const value = options?.get(name);
    if (value === undefined) {
      const allowed = places[place] ?? more;
      if (allowed === undefined) return `There is no place for argument ${at + 1}, '${printable(word, 80)}'`;
      if (!allowsWord(allowed, word)) return refusal(`Argument ${at + 1}`, allowed, word);
      place++;
      continue;
    }
    if (given.has(name)) return `Option '${name}' is given twice`;
    given.add(name);
    if (value === true) {
      if (joined !== undefined) return `Option '${name}' has no value`;
      continue;
    }
    const text = joined ?? words[++at];
    if (text === undefined) return `Option '${name}' needs a value`;
    if (!allowsWord(value, text)) return refusal(`Option '${name}'`, value, text);
  }
  const missing = (limits.arguments ?? [])[place];
  return missing && `An argument is missing: ${describeWord(missing)}`;
}

function refusal(what: string, allowed: CommandWord, word: string): string {
  return `${what} expects ${describeWord(allowed)}, not '${printable(word, 80)}'`;
}
