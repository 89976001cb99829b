import { readWatched } from '../run/linux/hand-over.ts';
import { tellEnd } from './tell-end.ts';

/**
 * Says how a program ended that a watcher watched, as the command would have said it.
 *
 * @param state The descriptor of the watcher's state.
 * @returns The exit status.
 */
export function watchEnd(state: number): number {
  const { reason, forwarded, ...told } = readWatched(state);
  return tellEnd(told, reason, forwarded);
}
