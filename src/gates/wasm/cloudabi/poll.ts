import type { Calls } from '../../../abi/generated/calls.ts';
import {
  Clockid,
  Errno,
  Eventrwflags,
  Eventtype,
  Subclockflags,
  Subrwflags,
} from '../../../abi/generated/constants.ts';
import {
  EventLayout,
  newEvent,
  newSubscription,
  readSubscription32,
  type Subscription,
  SubscriptionLayout32,
  writeEvent,
} from '../../../abi/generated/structs.ts';
import { MOST_SUBSCRIPTIONS, Poll } from '../../../kernel/poll.ts';
import type { Guest } from '../guest.ts';
import { outcome } from './outcome.ts';
import { locks, waitForLock } from './poll-lock.ts';
import { signalFromHost } from './signals.ts';

/** Clocks that stand still while a process waits. */
const processorClocks: readonly number[] = [Clockid.process_cputime_id, Clockid.thread_cputime_id];

/**
 * Adds a subscription; an error of the whole call when it has a value that no subscription has. Locks are not waited
 * for here (poll-lock.ts).
 */
function subscribe(poll: Poll, index: number, wanted: Subscription): Errno {
  const { type } = wanted;
  if (type === Eventtype.clock) {
    const { clock_id, timeout, flags } = wanted.clock;
    if ((flags & ~Subclockflags.abstime) !== 0) return Errno.inval;
    if (processorClocks.includes(clock_id)) poll.fail(index, Errno.notsup);
    else poll.addClock(index, clock_id, timeout, flags !== 0);
  } else if (type === Eventtype.fd_read || type === Eventtype.fd_write) {
    const { fd, flags } = wanted.fd_readwrite;
    if ((flags & ~Subrwflags.poll) !== 0) return Errno.inval;
    poll.addDescriptor(index, fd, type === Eventtype.fd_write);
  } else if (type === Eventtype.proc_terminate) {
    poll.addProcess(index, wanted.proc_terminate.fd);
  } else if (!locks.includes(type)) {
    return Errno.inval;
  }
  return Errno.success;
}

/** True when locks and condition variables stand where they may: first, and with one clock behind them at most. */
function isSensible(types: readonly number[]): boolean {
  if (!types.some((type) => locks.includes(type))) return true;
  return types.length === 1 || (types.length === 2 && types[1] === Eventtype.clock);
}

/** The call that waits. */
export function pollCalls(guest: Guest): Pick<Calls, 'poll'> {
  const { process, memory } = guest;
  const first = newSubscription();
  const other = newSubscription();
  const event = newEvent();
  return {
    poll(from, to, count, results) {
      if (count === 0 || count > MOST_SUBSCRIPTIONS) return Errno.inval;
      if (!memory.covers(from, count * SubscriptionLayout32.size)) return Errno.fault;
      if (!memory.covers(to, count * EventLayout.size)) return Errno.fault;
      const poll = new Poll(process);
      const { view } = memory;
      const types: number[] = [];
      const userdata: bigint[] = [];
      for (let index = 0; index < count; index++) {
        const subscription = index === 0 ? first : other;
        readSubscription32(view, from + index * SubscriptionLayout32.size, subscription);
        types.push(subscription.type);
        userdata.push(subscription.userdata);
        const error = subscribe(poll, index, subscription);
        if (error !== Errno.success) return error;
      }
      if (!isSensible(types)) return Errno.inval;
      // A thread that waits for a lock waits for a clock beside it and nothing else.
      const outcomes = locks.includes(first.type) ? waitForLock(guest, first, poll) : poll.wait();
      if (typeof outcomes === 'number') return outcome(outcomes);
      let at = to;
      for (const [index, { error, bytes, hangup, end }] of outcomes) {
        const type = types[index] ?? 0;
        event.userdata = userdata[index] ?? 0n;
        event.error = error;
        event.type = type;
        // The host does not say how much can be written.
        event.fd_readwrite.nbytes = type === Eventtype.fd_read ? BigInt(bytes) : 0n;
        event.fd_readwrite.flags = hangup ? Eventrwflags.hangup : 0;
        event.proc_terminate.signal = end === undefined || end.signal === 0 ? 0 : signalFromHost(end.signal);
        event.proc_terminate.exitcode = end?.code ?? 0;
        writeEvent(view, at, event);
        at += EventLayout.size;
      }
      results.nevents = outcomes.size;
      return Errno.success;
    },
  };
}
