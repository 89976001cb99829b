import { closeSync } from 'node:fs';
import { isTerminal } from '../host/files/terminal.ts';
import type { FileState, TreeChange } from '../overlays/change.ts';
import { changesOf } from '../overlays/changes.ts';
import { idWords, openRoot, pick, selectChanges } from '../overlays/select.ts';
import { listOverlays, lockOverlay, upperPath } from '../overlays/store.ts';
import { sidesOf, unifiedDiff } from '../overlays/text-diff.ts';
import { printable } from '../text/printable.ts';
import { countWords } from './kept-changes.ts';
import { printJsonValue, printLine } from './output.ts';

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const BOLD = '\u001b[1m';

/** The forms of the output. */
export type ChangesForm = { readonly stat: boolean; readonly json: boolean };

/** Prints the overlays of this user. */
export function printOverlays(json: boolean): void {
  const all = listOverlays().map(({ record }) => record);
  if (json) {
    printJsonValue(
      all.map(({ id, directory, name, runs }) => ({
        id,
        directory,
        name: name ?? null,
        begun: timeOf(runs[0]),
        runs: runs.length,
      })),
    );
    return;
  }
  if (all.length === 0) printLine('No changes are kept aside.');
  for (const record of all)
    printLine(`${idWords(record)}  ${timeOf(record.runs[0])}  ${printable(record.directory)}`);
}

function timeOf(nanoseconds: bigint | undefined): string {
  return new Date(Number((nanoseconds ?? 0n) / 1_000_000n)).toISOString();
}

/**
 * Prints the changes of an overlay.
 *
 * @param words As for `selectChanges`.
 * @throws OverlayError
 */
export async function printChanges(words: readonly string[], { stat, json }: ChangesForm): Promise<void> {
  const selected = selectChanges(words);
  const overlay = lockOverlay(selected.overlay);
  const root = openRoot(overlay);
  try {
    const changes = pick(changesOf({ ...overlay, root }), selected.paths);
    const { id, directory, name } = overlay.record;
    if (json) {
      printJsonValue({ id, directory, name: name ?? null, changes: changes.map(toJson) });
      return;
    }
    const colour = isTerminal(1) && !process.env['NO_COLOR'];
    printLine(
      `${printable(directory)}: ${summary(changes)} (overlay ${idWords(overlay.record)})`,
      colour ? BOLD : undefined,
    );
    if (changes.length > 0) printLine('');
    for (const change of changes) {
      printLine(lineOf(change), colour ? colours[change.kind] : undefined);
      for (const note of hindrancesOf(change)) printLine(`           ${note}`, colour ? YELLOW : undefined);
    }
    if (stat) return;
    for (const change of changes) await printDiff(change, { root, upper: upperPath(overlay), colour });
  } finally {
    closeSync(root);
    closeSync(overlay.lock);
  }
}

const colours = { created: GREEN, changed: YELLOW, deleted: RED } as const;

/** Counts changes in words. */
export function summary(changes: readonly TreeChange[]): string {
  const count = (kind: TreeChange['kind']): number => changes.filter((change) => change.kind === kind).length;
  return countWords(count('changed'), count('created'), count('deleted'));
}

/** Gives the line for a change: its kind, path, and how it differs. */
export function lineOf(change: TreeChange): string {
  const details = detailsOf(change);
  return `${change.kind}    ${shownPath(change)}${details === '' ? '' : `  ${details}`}`;
}

function shownPath({ path, before, after }: TreeChange): string {
  return `${printable(path)}${(after ?? before)?.kind === 'directory' ? '/' : ''}`;
}

function detailsOf({ before, after, content, entries }: TreeChange): string {
  if (after === undefined) return entries > 1 ? `(${entries} entries)` : '';
  if (before === undefined) return nature(after);
  const parts: string[] = [];
  if (content && after.kind === 'symlink')
    parts.push(`-> ${printable(after.target)}, was ${printable(before.target)}`);
  else if (content)
    parts.push(before.size === after.size ? sizeOf(after) : `${before.size} → ${sizeOf(after)}`);
  if (before.mode !== after.mode) parts.push(`mode ${modeText(before)} → ${modeText(after)}`);
  if (before.user !== after.user) parts.push(`owner ${before.user} → ${after.user}`);
  if (before.group !== after.group) parts.push(`group ${before.group} → ${after.group}`);
  return parts.join(', ');
}

function nature(state: FileState): string {
  switch (state.kind) {
    case 'file':
      return `${sizeOf(state)}${(state.mode & 0o111) === 0 ? '' : ', executable'}`;
    case 'directory':
      return '';
    case 'symlink':
      return `-> ${printable(state.target)}`;
    default:
      return state.kind;
  }
}

function sizeOf({ size }: FileState): string {
  return size === 1 ? '1 byte' : `${size} bytes`;
}

function modeText({ mode }: FileState): string {
  return mode.toString(8).padStart(4, '0');
}

/** Names the hindrances of committing a change. */
export function hindrancesOf({ outside, refused }: TreeChange): readonly string[] {
  return [
    ...(outside === undefined ? [] : [`not committed without --overwrite: ${printable(outside)}`]),
    ...(refused === undefined ? [] : [`never committed: ${refused}`]),
  ];
}

type DiffContext = { readonly root: number; readonly upper: string; readonly colour: boolean };

async function printDiff(change: TreeChange, { root, upper, colour }: DiffContext): Promise<void> {
  const kinds = [change.before?.kind, change.after?.kind].filter((kind) => kind !== undefined);
  if (!change.content || kinds.some((kind) => kind !== 'file')) return;
  const sides = sidesOf(root, upper, change);
  const path = printable(change.path);
  printLine('');
  printLine(change.before === undefined ? '--- /dev/null' : `--- a/${path}`, colour ? BOLD : undefined);
  printLine(change.after === undefined ? '+++ /dev/null' : `+++ b/${path}`, colour ? BOLD : undefined);
  const lines = sides.kind === 'text' ? await unifiedDiff(sides.before, sides.after) : undefined;
  if (lines === undefined) {
    printLine(sides.kind === 'text' ? TOO_DIFFERENT : reasons[sides.kind]);
    return;
  }
  for (const line of lines) printLine(line, colour ? colourOf(line) : undefined);
}

const TOO_DIFFERENT = 'The texts differ too much to be shown line by line';

const reasons = {
  binary: 'Not text',
  large: 'Too large to be shown line by line',
  unreadable: 'Cannot be read by this user',
} as const;

function colourOf(line: string): string | undefined {
  if (line.startsWith('+')) return GREEN;
  return line.startsWith('-') ? RED : undefined;
}

function toJson(change: TreeChange): unknown {
  const { path, kind, before, after, content, entries, outside, refused } = change;
  return {
    path,
    kind,
    before: before === undefined ? null : stateToJson(before),
    after: after === undefined ? null : stateToJson(after),
    content,
    entries,
    outside: outside ?? null,
    refused: refused ?? null,
  };
}

function stateToJson(state: FileState): unknown {
  const { kind, user, group, size, target } = state;
  return { kind, mode: modeText(state), user, group, size, ...(kind === 'symlink' && { target }) };
}
