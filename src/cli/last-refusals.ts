import { keepFile, readKeptFile } from '../host/files/kept-file.ts';
import type { ObservedAccess } from '../learning/access.ts';
import { printRule } from '../network/print-rule.ts';
import type { ConnectionRefusal } from '../network/refusal.ts';
import type { RefusedUse } from '../run/observing/refused-use.ts';

/*
 * The refusals of the last run that had any. They lie in our cache, which no program can be granted for writing, and hold
 * paths and rules, no contents. They were tried by a program, so that they are proposals for a person and nothing more.
 */

const FILE = 'last-refusals-1.json';

/** The most entries of each kind. */
const MOST = 2000;

/** The missing grants of a run. */
export type LastRefusals = {
  readonly time: string;
  readonly program: string;
  readonly workingDirectory: string;
  /** The document that granted it; `undefined` for a command line or a pipe. */
  readonly document: string | undefined;
  readonly accesses: readonly ObservedAccess[];
  readonly sockets: readonly string[];
  readonly hosts: readonly string[];
  /** Remedies in words, of other refusals. */
  readonly others: readonly string[];
};

/** The refusals of one run. */
export type RunRefusals = {
  readonly program: string;
  readonly document: string | undefined;
  readonly uses: readonly RefusedUse[];
  readonly connections: readonly ConnectionRefusal[];
  readonly others: readonly string[];
};

/** Keeps the refusals of a run for `cloudabi learn --from-last`, if there were any. */
export function keepRefusals({ program, document, uses, connections, others }: RunRefusals): void {
  if (uses.length + connections.length + others.length === 0) return;
  const hosts = connections.flatMap(({ remedy }) => (remedy.kind === 'rule' ? [printRule(remedy.rule)] : []));
  const direct = uses.flatMap(({ category, answer }) =>
    category.startsWith('net/') &&
    answer.mend?.option?.startsWith('--net ') &&
    !answer.mend.option.includes('NAME')
      ? [answer.mend.option.slice('--net '.length)]
      : [],
  );
  const words = uses
    .filter(
      ({ accesses, socket, category }) =>
        accesses.length === 0 && socket === undefined && category.startsWith('net/'),
    )
    .flatMap(({ object, answer }) =>
      answer.mend?.option?.includes('NAME') ? [`${object}: ${answer.reason}`] : [],
    );
  const last: LastRefusals = {
    time: new Date().toISOString(),
    program,
    workingDirectory: process.cwd(),
    document,
    accesses: uses.flatMap(({ accesses }) => accesses).slice(0, MOST),
    sockets: uses.flatMap(({ socket }) => socket ?? []).slice(0, MOST),
    hosts: [...new Set([...hosts, ...direct])].slice(0, MOST),
    others: [...new Set([...words, ...others])].slice(0, MOST),
  };
  keepFile(FILE, JSON.stringify(last));
}

/** Reads the refusals of the last run that had any; `undefined` when none were kept, or the file is not one of ours. */
export function readRefusals(): LastRefusals | undefined {
  const text = readKeptFile(FILE);
  if (text === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    return isRefusals(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isRefusals(value: unknown): value is LastRefusals {
  if (!isRecord(value)) return false;
  const texts = (key: string): boolean => isList(value[key], (item) => typeof item === 'string');
  return (
    ['time', 'program', 'workingDirectory'].every((key) => typeof value[key] === 'string') &&
    (value['document'] === undefined || typeof value['document'] === 'string') &&
    texts('sockets') &&
    texts('hosts') &&
    texts('others') &&
    isList(value['accesses'], isAccess)
  );
}

function isAccess(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return (
    ['path', 'real', 'kind', 'use'].every((key) => typeof value[key] === 'string') &&
    typeof value['real'] === 'string' &&
    value['real'].startsWith('/') &&
    (value['name'] === undefined || typeof value['name'] === 'string')
  );
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= MOST && value.every(isItem);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
