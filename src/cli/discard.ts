import { selectOverlay } from '../overlays/select.ts';
import { discardOverlay, lockOverlay } from '../overlays/store.ts';
import { printable } from '../text/printable.ts';
import { printLine } from './output.ts';

/**
 * Forgets changes.
 *
 * @param what As for `selectOverlay`.
 * @throws OverlayError
 */
export function discard(what: string | undefined): void {
  const overlay = lockOverlay(selectOverlay(what));
  discardOverlay(overlay);
  printLine(`Overlay ${overlay.record.id} of ${printable(overlay.record.directory)} is discarded.`);
}
