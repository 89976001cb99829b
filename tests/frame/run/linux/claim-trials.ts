// The attempts of claims.c that try each claim of a plan of a Linux program.
import type { Scene } from '../../../../attacks/frame/scene.ts';

/** Objects of the attempts. */
export type Ground = {
  readonly scene: Scene;
  /** Variables by which programs find what else lives on the host (attacks/runners/neighbours.ts). */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Path of the entry of the claim; for a descriptor, its number. */
  readonly at: string;
  /** The claim. */
  readonly limit: string;
  /** Names of the mechanisms that are claimed to enforce it. */
  readonly by: readonly string[];
};

/** One attempt of claims.c, and its argument. */
export type AttemptOf = readonly [attempt: string, argument: string];

/** The attempts that try a claim. */
export type Trial = { readonly claim: RegExp; readonly attempts: (ground: Ground) => readonly AttemptOf[] };

const secret = ({ scene }: Ground): string => `${scene.SECRET}/file`;
const named = ({ neighbours }: Ground, name: string): string => neighbours[name] ?? '';

/** Limits that other tests try, which have to wait for memory, processes or time to be used up. */
export const triedElsewhere: readonly (readonly [claim: RegExp, test: string])[] = [
  [/^At most .* of memory/, 'tests/run/linux/running.test.ts'],
  [/^At most \d+ processes and threads/, 'tests/run/linux/running.test.ts'],
  [/^At most the time of .* processors/, 'tests/run/linux/running.test.ts'],
  [/^At most .* of processor time/, 'tests/run/linux/running.test.ts'],
  [/^At most \d+ open descriptors/, 'tests/run/linux/running.test.ts'],
  [/^No file it writes larger than/, 'tests/run/linux/running.test.ts'],
  [/^No use but to /, 'attacks/corpus/linux/descriptors-narrow.c'],
  [/^At most .* from start to end$/, 'attacks/corpus/linux/limits-time.c'],
];

/** Every claim about a Linux program and how it is tried. */
export const trials: readonly Trial[] = [
  {
    claim: /^No file that is not listed$/,
    attempts: (ground) => [
      ['read-file', secret(ground)],
      ['change-file', secret(ground)],
      ['change-directory', ground.scene.SECRET],
      ...(ground.by.includes('mount namespace') ? [['see-name', secret(ground)] as const] : []),
    ],
  },
  {
    claim: /^No contents of files that are not listed, nothing made or removed elsewhere$/,
    attempts: (ground) => [
      ['read-file', secret(ground)],
      ['change-file', secret(ground)],
      ['change-directory', ground.scene.SECRET],
    ],
  },
  {
    claim: /^No change of modes, owners, times and attributes of files$/,
    attempts: (ground) => [
      ['change-attributes', secret(ground)],
      ['change-attributes', `${ground.scene.WORK}/file`],
    ],
  },
  {
    claim: /^No network$/,
    attempts: (ground) => [
      ['use-tcp', named(ground, 'PORT')],
      ['send-datagrams', named(ground, 'PORT')],
      ['call-abstract', named(ground, 'ABSTRACT')],
      ['call-path', named(ground, 'STREAMS')],
      ['call-path', named(ground, 'DATAGRAMS')],
    ],
  },
  {
    claim: /^No network but a loopback interface of its own$/,
    attempts: (ground) => [
      ['use-tcp', named(ground, 'PORT')],
      ['call-abstract', named(ground, 'ABSTRACT')],
    ],
  },
  { claim: /^Connects to .*TCP port/, attempts: (ground) => [['use-tcp', named(ground, 'PORT')]] },
  { claim: /^Sends no datagrams/, attempts: (ground) => [['send-datagrams', named(ground, 'PORT')]] },
  { claim: /^Listens on no TCP port$/, attempts: () => [['listen', '0']] },
  { claim: /^Binds TCP sockets to .*TCP port/, attempts: () => [['bind-port', '0']] },
  {
    claim: /^No UNIX socket of the host$/,
    attempts: (ground) => [
      ['call-path', named(ground, 'STREAMS')],
      ['call-path', named(ground, 'DATAGRAMS')],
    ],
  },
  {
    claim: /^No other process, no signal to others$/,
    attempts: (ground) => [
      ['see-process', named(ground, 'VICTIM')],
      ['signal-process', named(ground, 'VICTIM')],
    ],
  },
  {
    claim: /^No signal to other processes$/,
    attempts: (ground) => [['signal-process', named(ground, 'VICTIM')]],
  },
  {
    claim: /^No shared memory or message queue of others$/,
    attempts: (ground) => [
      ['attach-segment', named(ground, 'SHARED')],
      ['open-queue', named(ground, 'QUEUE').slice(1)],
    ],
  },
  { claim: /^No terminal that was not granted$/, attempts: () => [['use-terminal', '/dev/pts/0']] },
  { claim: /^No more rights than the user has$/, attempts: () => [['gain-rights', '-']] },
  {
    claim: /^No rarely used part of the host's kernel(, but for the groups [a-z_, ]+)?$/,
    attempts: ({ limit }) => [['use-kernel', limit]],
  },
  {
    claim: /^No change$/,
    attempts: ({ at, by }) => [
      ['change-file', `${at}/file`],
      ['change-directory', at],
      ...(by.includes('read-only mount') ? [['change-attributes', `${at}/file`] as const] : []),
      // A read-only mount does not hold these, so that Landlock must be named only where it does.
      ...(by.includes('Landlock') ? [['write-pipe', `${at}/pipe`] as const] : []),
    ],
  },
  {
    claim: /^No program in it can be started/,
    attempts: ({ at, by }) => [
      ['start-program', `${at}/program`],
      ...(by.includes('noexec mount') ? [['map-code', `${at}/program`] as const] : []),
    ],
  },
  { claim: /^Cannot be moved, removed or replaced$/, attempts: ({ at }) => [['move-away', at]] },
  { claim: /^No writing$/, attempts: ({ at }) => [['write-descriptor', at]] },
  { claim: /^No reading$/, attempts: ({ at }) => [['read-descriptor', at]] },
];
