import { checkPlace } from '../../../abi/dispatch.ts';
import { Errno, Eventtype, Scope } from '../../../abi/generated/constants.ts';
import type { Subscription } from '../../../abi/generated/structs.ts';
import type { Poll, PollOutcome } from '../../../kernel/poll.ts';
import type { Result } from '../../../kernel/result.ts';
import { Wait } from '../../../kernel/waiting.ts';
import type { Guest } from '../guest.ts';
import { outcome } from './outcome.ts';

/** Events that threads make for each other. */
export const locks: readonly number[] = [Eventtype.condvar, Eventtype.lock_rdlock, Eventtype.lock_wrlock];

const scopes: readonly number[] = Object.values(Scope);

const WORD = 4;

/** Tells whether a word of the guest can be a lock or a condition variable. */
function check({ memory }: Guest, word: number, scope: number): Errno {
  const error = checkPlace(memory, word, WORD, WORD);
  return error === Errno.success && !scopes.includes(scope) ? Errno.inval : error;
}

/** Waits for the event of the first subscription of a call; 0, or an error, `-timedout` among them. */
function wait(guest: Guest, { type, lock, condvar }: Subscription, left: (() => bigint) | undefined): Result {
  const { locks: ours } = guest.threads;
  if (type !== Eventtype.condvar) {
    const error = check(guest, lock.lock, lock.lock_scope);
    if (error !== Errno.success) return -error;
    return ours.take(type === Eventtype.lock_wrlock ? Wait.writer : Wait.reader, lock.lock, left);
  }
  const error =
    check(guest, condvar.condvar, condvar.condvar_scope) || check(guest, condvar.lock, condvar.lock_scope);
  if (error !== Errno.success) return -error;
  return condvar.condvar === condvar.lock ? -Errno.inval : ours.waitFor(condvar.condvar, condvar.lock, left);
}

/**
 * A call of poll whose first subscription is for a lock or a condition variable.
 *
 * @param wanted A copy of the subscription.
 * @param poll The subscription beside it: a clock, or nothing.
 */
export function waitForLock(
  guest: Guest,
  wanted: Subscription,
  poll: Poll,
): ReadonlyMap<number, PollOutcome> {
  const result = wait(guest, wanted, poll.hasEnd ? () => poll.timeLeft() : undefined);
  if (result !== -Errno.timedout) poll.occur(0, outcome(result));
  else poll.runOut();
  return poll.outcomes;
}
