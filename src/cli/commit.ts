import { closeSync } from 'node:fs';
import { baseTimes } from '../overlays/bases.ts';
import type { TreeChange } from '../overlays/change.ts';
import { changesOf } from '../overlays/changes.ts';
import { commitChanges } from '../overlays/commit.ts';
import { noteDirectories } from '../overlays/known-directories.ts';
import { idWords, openRoot, pick, selectChanges } from '../overlays/select.ts';
import { forgetChanges } from '../overlays/settle.ts';
import { recoverCommit } from '../overlays/staging.ts';
import { discardOverlay, lockOverlay, upperPath } from '../overlays/store.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { printable } from '../text/printable.ts';
import { summary } from './changes.ts';
import { printError, printLine } from './output.ts';

/**
 * Carries changes out.
 *
 * @param words As for `selectChanges`.
 * @returns The exit status.
 * @throws OverlayError
 */
export function commitOverlay(words: readonly string[], overwrite: boolean): number {
  const selected = selectChanges(words);
  const overlay = lockOverlay(selected.overlay);
  const root = openRoot(overlay);
  try {
    recoverCommit(overlay, root);
    const compared = { ...overlay, root };
    const all = changesOf(compared);
    const picked = pick(all, selected.paths);
    // Nothing listens at a socket any more.
    const sockets = picked.filter(({ after }) => after?.kind === 'socket');
    const wanted = picked.filter((change) => !sockets.includes(change));
    const hindered = wanted.filter(
      ({ refused, outside }) => refused !== undefined || (outside !== undefined && !overwrite),
    );
    if (hindered.length > 0) {
      for (const change of hindered) printError(hindranceOf(change));
      printError(
        `Nothing was committed; name the paths to commit without ${hindered.length === 1 ? 'this one' : 'these'}`,
      );
      return ExitStatus.resource;
    }
    const failures = commitChanges(overlay, root, wanted, { overwrite, baseOf: baseTimes(compared) });
    const failed = new Set(failures.map(({ change }) => change));
    const done = wanted.filter((change) => !failed.has(change));
    for (const { change, reason } of failures)
      printError(`${printable(change.path)}: not committed: ${printable(reason)}`);
    printLine(`${printable(overlay.record.directory)}: ${summary(done)}`);
    const left = all.filter((change) => !done.includes(change) && !sockets.includes(change));
    if (left.length === 0) discardOverlay(overlay);
    else {
      forgetChanges(upperPath(overlay), root, done);
      const made = new Set(done.map(({ path }) => path));
      noteDirectories(compared, (path) => made.has(path));
      printLine(`Still kept aside: ${summary(left)} (overlay ${idWords(overlay.record)})`);
    }
    return failures.length === 0 ? 0 : ExitStatus.resource;
  } finally {
    closeSync(root);
  }
}

function hindranceOf({ path, refused, outside }: TreeChange): string {
  if (refused !== undefined) return `${printable(path)}: not committed: ${refused}`;
  return `${printable(path)}: not committed: ${printable(outside ?? '')} (--overwrite replaces it)`;
}
