import { closeSync } from 'node:fs';
import type { CallList } from '../host/processes/call-list.ts';
import { packProgram } from '../host/processes/launch-stub.ts';
import { isFirstThread } from '../host/syscall.ts';
import { type LaunchListOptions, launchList } from './launch-list.ts';
import type { HostObject } from './objects.ts';
import { changingFacts } from './proc-covers.ts';
import type { WorldEntry } from './world.ts';

/** A list, packed into a program. */
export type MadeList = {
  readonly list: CallList;
  /** Host descriptor of the program, whose bytes nothing can change. */
  readonly program: number;
  /** Says that it is not needed any more for this start. */
  close(): void;
};

/** The most lists that are cached. */
const MOST = 8;

type Kept = Pick<MadeList, 'list' | 'program'>;

/** Lists by all that went into them; the one that was wanted last is the last. */
const made = new Map<string, Kept>();

/** The first list, whose key is only found out when there is another start: a command has but one. */
let first: (Kept & { readonly options: LaunchListOptions; readonly facts: string }) | undefined;
let started = false;

/**
 * Makes the list for a start, unless it was made before for exactly the same. Making it takes a fifth of a start.
 * Descriptors of a thread that ends stay open, so that other threads than the first keep none.
 *
 * @throws SystemError when the host refuses memory for it.
 */
export function madeList(options: LaunchListOptions): MadeList {
  if (!started) {
    started = true;
    const { list, program, close } = newList(options);
    if (isFirstThread) first = { list, program, options, facts: factsOf(options) };
    return { list, program, close };
  }
  if (first !== undefined) made.set(keyOf(first.options, first.facts), first);
  first = undefined;
  const key = keyOf(options, factsOf(options));
  const known = made.get(key);
  if (known !== undefined) {
    made.delete(key);
    made.set(key, known);
    return { ...known, close: () => undefined };
  }
  const fresh = newList(options);
  if (!isFirstThread) return fresh;
  made.set(key, fresh);
  const [oldest] = made;
  if (made.size > MOST && oldest !== undefined) {
    made.delete(oldest[0]);
    closeSync(oldest[1].program);
  }
  return fresh;
}

function newList(options: LaunchListOptions): MadeList {
  const list = launchList(options);
  const program = packProgram(list);
  return { list, program, close: isFirstThread ? () => undefined : () => closeSync(program) };
}

function factsOf({ world }: LaunchListOptions): string {
  return world.entries.some(({ kind }) => kind === 'proc') ? changingFacts() : '';
}

function keyOf({ objects, layers, sealed, world, ...rest }: LaunchListOptions, facts: string): string {
  const { entries, executable: _, descriptors: __, template, ...others } = world;
  const text = textOf([rest, others, template?.name, facts, [...sealed], [...layers.values()]]);
  // JSON has no line breaks of its own, so that no two lists of entries read the same.
  return `${entries.map((entry) => entryText(entry, objects.get(entry))).join('\n')}\n${text}`;
}

/** The texts of entries that cannot change, which the plans of one base share. */
const entryTexts = new WeakMap<WorldEntry, string>();

function entryText(entry: WorldEntry, object: HostObject | undefined): string {
  if (object !== undefined) return `${textOf(entry)}${textOf(object)}`;
  const known = entryTexts.get(entry);
  if (known !== undefined) return known;
  const text = textOf(entry);
  if (isUnchangeable(entry)) entryTexts.set(entry, text);
  return text;
}

/** Tells whether an entry is frozen, with all that it holds. */
function isUnchangeable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isUnchangeable);
}

/** The same without descriptors of the launcher's, which are in no list. */
function textOf(subject: unknown): string {
  return JSON.stringify(subject, (name, value: unknown) => {
    if (name === 'descriptor') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  });
}
