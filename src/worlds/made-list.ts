import type { CallList } from '../host/processes/call-list.ts';
import { LIST_ADDRESS } from '../host/processes/launch-stub.ts';
import { type LaunchListOptions, launchList } from './launch-list.ts';
import { changingFacts } from './proc-covers.ts';
import type { WorldEntry } from './world.ts';

/** A list, and its bytes as the launch stub reads them. */
export type MadeList = { readonly list: CallList; readonly encoded: Uint8Array };

/** The most lists that are kept. */
const MOST = 8;

/** Lists by all that went into them; the one that was wanted last is the last. */
const made = new Map<string, MadeList>();

/**
 * Makes the list for a start, unless it was made before for exactly the same. Making it takes a fifth of a start, and who
 * starts a program again and again mostly has the same descriptors each time.
 */
export function madeList(options: LaunchListOptions): MadeList {
  const key = keyOf(options);
  const known = made.get(key);
  if (known !== undefined) {
    made.delete(key);
    made.set(key, known);
    return known;
  }
  const list = launchList(options);
  const fresh = { list, encoded: list.encode(LIST_ADDRESS) };
  made.set(key, fresh);
  const [oldest] = made.keys();
  if (made.size > MOST && oldest !== undefined) made.delete(oldest);
  return fresh;
}

function keyOf({ objects, sealed, world, ...rest }: LaunchListOptions): string {
  const { entries, ...others } = world;
  const showsMachine = entries.some(({ kind }) => kind === 'proc');
  const facts = showsMachine ? changingFacts() : '';
  const text = textOf([rest, others, facts, [...objects.values()], [...sealed]]);
  // JSON has no line breaks of its own, so that no two lists of entries read the same.
  return `${entries.map(entryText).join('\n')}\n${text}`;
}

/** The texts of entries that cannot change, which the plans of one base share. */
const entryTexts = new WeakMap<WorldEntry, string>();

function entryText(entry: WorldEntry): string {
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

function textOf(subject: unknown): string {
  return JSON.stringify(subject, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  });
}
