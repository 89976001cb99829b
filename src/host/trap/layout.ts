import { Stat, Statx } from '../../linux/stat.ts';

/*
 * The structures of handler.c: sizes and offsets in bytes.
 */

/** `struct place`: somewhere that paths can begin with. */
export const PlaceLayout = {
  name: 0,
  length: 8,
  descriptor: 12,
  kind: 16,
  attributes: 24,
  link: 32,
  linkLength: 40,
  size: 48,
} as const;

/** The kinds of `PlaceLayout`. */
export const PlaceKind = { directory: 0, relative: 1, known: 2, file: 3, quiet: 4, absent: 5 } as const;

/** `struct state`. */
export const State = {
  codeStart: 0,
  codeEnd: 8,
  taken: 16,
  hold: 20,
  main: 24,
  wake: 28,
  plain: 32,
  withMode: 40,
  empty: 48,
  places: 56,
  placeCount: 64,
  modeCount: 68,
  modes: 72,
  batches: 136,
  batchCount: 144,
  batchOffsets: 148,
  placeholder: 172,
  rules: 176,
  ruleCount: 184,
  ignoredFlags: 188,
  constants: 192,
  flags: 232,
  names: 328,
  requests: 336,
  limits: 344,
  ring: 352,
} as const;

/** `struct batch`: a ring of libuv's. */
export const Batch = { descriptor: 0, ring: 8, submissions: 16, size: 24 } as const;

/** `struct record`: one refusal. */
export const RefusalRecord = {
  complete: 0,
  thread: 4,
  call: 8,
  result: 12,
  arguments: 16,
  second: 64,
  length: 68,
  text: 72,
  size: 288,
} as const;

/** Records of the ring; older ones are overwritten. */
export const RECORDS = 128;

/** Modes that new files can have, besides 0666; each has a table of its own of sealed lookups. */
export const creationModes: readonly number[] = [
  0o600, 0o640, 0o644, 0o660, 0o664, 0o700, 0o750, 0o755, 0o770, 0o775, 0o777, 0o400, 0o440, 0o444, 0,
];

/** Lookups of one of those tables: every combination but synchronous writing. */
export const MODE_COMBINATIONS = 512;

/** A number that is no system call; the handler answers it with `ANSWER`, everything else with an error. */
export const QUESTION = 0x7ca95100;
export const ANSWER = 0x7ca95101;

/** Answered with the address of `struct state`, likewise. */
export const QUESTION_STATE = 0x7ca95102;

/** Sizes of `struct stat` (padded to the larger of both architectures) and `struct statx`. */
export const ATTRIBUTES: { readonly stat: number; readonly statx: number } = {
  stat: Stat.size,
  statx: Statx.size,
};
