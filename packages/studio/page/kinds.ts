import type { WayKind } from '../../../src/studio/wire.ts';

/** A kind of arrow for people. */
export type KindWords = {
  readonly kind: WayKind;
  readonly label: string;
  /** The label of its further detail; empty where it has none. */
  readonly detail: string;
  readonly hint: string;
};

/** The kinds of arrows, in the order of their handles. */
export const KINDS: readonly KindWords[] = [
  {
    kind: 'connection',
    label: 'Connection',
    detail: 'Port, or the name of the socket',
    hint: 'such as 7000; 80 without',
  },
  { kind: 'pipe', label: 'Pipe', detail: '', hint: '' },
  { kind: 'directory', label: 'Directory', detail: 'Path of the directory', hint: 'such as data' },
  { kind: 'shared_memory', label: 'Shared memory', detail: 'Size', hint: '1 MiB without' },
  {
    kind: 'service',
    label: 'Service',
    detail: 'A service of ours with its limits',
    hint: 'such as { pwd: { users: [root] } }; empty with a program that offers it',
  },
  { kind: 'outside', label: 'Host outside', detail: 'Host and port', hint: 'such as example.org:443' },
  { kind: 'published', label: 'Published port', detail: 'Port of this machine', hint: 'a free one without' },
];

/** The kinds that join two programs. */
export const BETWEEN_PROGRAMS: readonly WayKind[] = [
  'connection',
  'pipe',
  'directory',
  'shared_memory',
  'service',
];

/** Words of a kind; those of a connection for an unknown one. */
export function wordsOf(kind: string): KindWords {
  const [first] = KINDS;
  const found = KINDS.find((one) => one.kind === kind) ?? first;
  if (found === undefined) throw new Error('There are no kinds');
  return found;
}
