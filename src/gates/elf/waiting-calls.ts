import { Clockid, Eventtype, Subclockflags } from '../../abi/generated/constants.ts';
import {
  newSubscription,
  readSubscription32,
  type Subscription,
  SubscriptionLayout32,
} from '../../abi/generated/structs.ts';
import { getFlags } from '../../host/files/files.ts';
import { PollEvents } from '../../host/files/poll.ts';
import { isClock, time } from '../../kernel/clocks.ts';
import { MOST_SUBSCRIPTIONS } from '../../kernel/poll.ts';
import type { KernelProcess } from '../../kernel/process.ts';
import { O_NONBLOCK } from '../../linux/open-flags.ts';
import type { Awaited, CallWait } from './parked-calls.ts';

/** The events that a call on one descriptor waits for. */
const events: ReadonlyMap<string, number> = new Map([
  ['fd_read', PollEvents.in],
  ['sock_accept', PollEvents.in],
  ['sock_recv', PollEvents.in],
  ['fd_write', PollEvents.out],
  ['sock_send', PollEvents.out],
]);

/** A wait of years has no end. */
const LONGEST = 2n ** 60n;

/**
 * Finds the descriptors and the time for which a call waits.
 *
 * @param slot The place of its words in the window.
 * @returns `undefined` for a call that does not wait, or that fails at once.
 */
export function waitOf(
  process: KernelProcess,
  name: string,
  view: DataView,
  slot: number,
): CallWait | undefined {
  if (name === 'poll') return waitOfPoll(process, view, slot);
  const awaited = events.get(name);
  if (awaited === undefined) return undefined;
  const host = process.descriptors.require(name, view.getUint32(slot, true), 0);
  if (host < 0) return undefined;
  const flags = getFlags(host);
  if (flags < 0 || (flags & O_NONBLOCK) !== 0) return undefined;
  return { awaited: [{ host, events: awaited }], deadline: undefined };
}

/** Reads the subscriptions of a call of poll; none when they do not lie in the window. */
function* subscriptions(
  view: DataView,
  slot: number,
): Generator<{ readonly at: number; readonly wanted: Subscription }> {
  const from = view.getUint32(slot, true);
  const count = view.getUint32(slot + 16, true);
  const { size } = SubscriptionLayout32;
  if (count > MOST_SUBSCRIPTIONS || from + count * size > view.byteLength) return;
  const wanted = newSubscription();
  for (let index = 0; index < count; index++)
    yield { at: from + index * size, wanted: readSubscription32(view, from + index * size, wanted) };
}

function waitOfPoll(process: KernelProcess, view: DataView, slot: number): CallWait | undefined {
  const awaited: Awaited[] = [];
  let deadline: bigint | undefined;
  for (const { wanted } of subscriptions(view, slot)) {
    const { type } = wanted;
    if (type === Eventtype.clock) {
      const end = endOf(wanted);
      if (end !== undefined && (deadline === undefined || end < deadline)) deadline = end;
      continue;
    }
    const fd = type === Eventtype.proc_terminate ? wanted.proc_terminate.fd : wanted.fd_readwrite.fd;
    const host = process.descriptors.require('poll', fd, 0);
    if (host < 0) return undefined;
    awaited.push({ host, events: type === Eventtype.fd_write ? PollEvents.out : PollEvents.in });
  }
  return awaited.length === 0 && deadline === undefined ? undefined : { awaited, deadline };
}

/** The end of a subscription to a clock, on the monotonic clock; `undefined` for one that does not come. */
function endOf({ clock: { clock_id: id, timeout, flags } }: Subscription): bigint | undefined {
  const isAbsolute = (flags & Subclockflags.abstime) !== 0;
  const left = isAbsolute ? timeout - time(id === Clockid.realtime ? id : Clockid.monotonic) : timeout;
  return left > LONGEST ? undefined : time(Clockid.monotonic) + left;
}

/** The latest time that a clock has. */
const NEVER = 2n ** 64n - 1n;

/** Makes the relative times of a call of poll absolute, because it is made later. */
export function fixClocks(view: DataView, slot: number): void {
  const { offsets } = SubscriptionLayout32;
  for (const { at, wanted } of subscriptions(view, slot)) {
    const { clock_id: id, timeout, flags } = wanted.clock;
    const isRelative = (flags & Subclockflags.abstime) === 0;
    if (wanted.type !== Eventtype.clock || !isRelative || !isClock(id)) continue;
    const end = time(id) + timeout;
    view.setBigUint64(at + offsets['clock.timeout'], end > NEVER ? NEVER : end, true);
    view.setUint16(at + offsets['clock.flags'], flags | Subclockflags.abstime, true);
  }
}
