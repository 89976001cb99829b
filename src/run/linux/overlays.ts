import { closeSync, readlinkSync } from 'node:fs';
import { textOf } from '../../host/files/host-path.ts';
import { duplicate } from '../../host/files/new-descriptors.ts';
import { changesOf } from '../../overlays/changes.ts';
import { noteDirectories } from '../../overlays/known-directories.ts';
import { OverlayError } from '../../overlays/overlay-error.ts';
import { discardOverlay, type OpenedOverlay, openOverlay, upperPath } from '../../overlays/store.ts';
import { watchSpace } from '../../overlays/usage.ts';
import type { PlannedMount, Reason } from '../../plan/linux/planned.ts';
import type { OverlayDescriptors } from '../../plan/linux/world-of.ts';
import type { KeptOverlay } from '../../process/kept-overlay.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { quote } from '../../resources/written.ts';

/** An overlay of a run, and the descriptor of the directory whose changes it keeps. */
type RunOverlay = OpenedOverlay & { readonly root: number };

/** The overlays of one run: opened before it, locked while it lasts, and counted at its end. */
export class RunOverlays {
  readonly #open: RunOverlay[] = [];
  readonly #watches: (() => void)[] = [];

  /**
   * Opens the overlay for a mount.
   *
   * @param descriptor The descriptor of its directory, which stays the caller's.
   * @throws ResourceError
   */
  open({ path, overlay, position, why }: PlannedMount & Reason, descriptor: number): OverlayDescriptors {
    try {
      const directory = textOf(readlinkSync(`/proc/self/fd/${descriptor}`, { encoding: 'buffer' }));
      const opened = openOverlay(descriptor, directory, overlay?.name);
      this.#open.push({ ...opened, root: duplicate(descriptor) });
      return opened;
    } catch (error) {
      const reason = error instanceof OverlayError ? error.message : reasonOf(error);
      throw new ResourceError(
        `Cannot keep changes of ${quote(path)} aside: ${reason}`,
        position,
        position === undefined ? why : '',
      );
    }
  }

  /** The descriptors of the directories have been handed on; the locks stay until the end. */
  handedOver(): void {
    for (const { upper, work } of this.#open) {
      closeSync(upper);
      closeSync(work);
    }
  }

  /**
   * Counts the space that changes take while the program runs.
   *
   * @param limit Bytes for each overlay; `undefined` for no limit.
   */
  watch(limit: number | undefined, onReached: () => void): void {
    if (limit === undefined) return;
    for (const overlay of this.#open) this.#watches.push(watchSpace(upperPath(overlay), limit, onReached));
  }

  /** The program was not started: new overlays are removed. */
  abandon(): void {
    for (const overlay of this.#open.splice(0)) {
      closeSync(overlay.root);
      if (overlay.record.runs.length === 1) discardOverlay(overlay);
      else closeSync(overlay.lock);
    }
  }

  /** The program has ended: overlays without any change are removed, the others are counted. */
  end(): readonly KeptOverlay[] {
    for (const stop of this.#watches.splice(0)) stop();
    return this.#open.splice(0).flatMap((overlay): KeptOverlay[] => {
      const { id, directory } = overlay.record;
      const counts = countsOf(overlay);
      closeSync(overlay.root);
      if (counts !== undefined && counts.created + counts.changed + counts.deleted === 0) {
        discardOverlay(overlay);
        return [];
      }
      closeSync(overlay.lock);
      return [{ id, directory, counts }];
    });
  }
}

function countsOf(overlay: RunOverlay): KeptOverlay['counts'] {
  const counts = { created: 0, changed: 0, deleted: 0 };
  try {
    const changes = changesOf(overlay);
    for (const { kind } of changes) counts[kind]++;
    // Directories that are replaced from now on have not been seen by the program.
    if (changes.every(({ outside }) => outside === undefined)) noteDirectories(overlay, () => false);
    return counts;
  } catch (error) {
    // The commands that show and apply changes explain what cannot be read.
    if (error instanceof OverlayError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}
