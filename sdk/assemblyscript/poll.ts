import { poll } from './abi/calls';
import { Clockid, Errno, Eventrwflags, Eventtype, Subclockflags } from './abi/constants';
import { EventLayout, SubscriptionLayout } from './abi/layouts';
import { Descriptor } from './descriptor';
import { failure, outcome, Outcome, Result, success } from './result';

const result: usize = memory.data(4, 4);

/** Something that was waited for and has happened. */
export class Event {
  constructor(
    /** Number that the method which asked for it returned. */
    readonly id: i32,
    /** Reason for which it could not be waited for; `Errno.success` otherwise. */
    readonly error: Errno,
    /** Bytes that can be read; 0 if unknown. */
    readonly bytes: u64,
    /** `true` if the other end has hung up. */
    readonly hangup: bool,
  ) {}
}

/** Waits for several things at once. What was asked for is waited for again with each `wait`. */
export class Poll {
  private wanted: u8[] = [];
  private count: i32 = 0;

  /** Asks for bytes to be read, or a connection to be accepted; returns the id of the event. */
  readable(descriptor: Descriptor): i32 {
    return this.transfer(descriptor, Eventtype.fd_read);
  }

  /** Asks for room to write into; returns the id of the event. */
  writable(descriptor: Descriptor): i32 {
    return this.transfer(descriptor, Eventtype.fd_write);
  }

  /** Asks for some nanoseconds to pass, counted from each `wait`; returns the id of the event. */
  timeout(nanoseconds: u64): i32 {
    return this.clock(Clockid.monotonic, nanoseconds, 0);
  }

  /** Asks for a moment of a clock to come; returns the id of the event. */
  moment(clock: Clockid, time: u64): i32 {
    return this.clock(clock, time, Subclockflags.abstime);
  }

  /** Waits until at least one of them has happened. */
  wait(): Result<Event[]> {
    const places = new Uint8Array(this.count * <i32>EventLayout.SIZE);
    const error = poll(this.wanted.dataStart, places.dataStart, this.count, result);
    if (error != Errno.success) return failure<Event[]>(error, 'wait');
    const happened = load<i32>(result);
    const events: Event[] = [];
    for (let index = 0; index < happened; index++) {
      const at = places.dataStart + <usize>index * EventLayout.SIZE;
      const type = load<u8>(at, EventLayout.type);
      const transfer = type == Eventtype.fd_read || type == Eventtype.fd_write;
      events.push(
        new Event(
          <i32>load<u64>(at, EventLayout.userdata),
          load<u16>(at, EventLayout.error),
          transfer ? load<u64>(at, EventLayout.fd_readwrite_nbytes) : 0,
          transfer && (load<u16>(at, EventLayout.fd_readwrite_flags) & Eventrwflags.hangup) != 0,
        ),
      );
    }
    return success(events);
  }

  private transfer(descriptor: Descriptor, type: Eventtype): i32 {
    const at = this.add(type);
    store<u32>(at, descriptor.fd, SubscriptionLayout.fd_readwrite_fd);
    return this.count - 1;
  }

  private clock(clock: Clockid, time: u64, flags: u32): i32 {
    const at = this.add(Eventtype.clock);
    store<u32>(at, clock, SubscriptionLayout.clock_clock_id);
    store<u64>(at, time, SubscriptionLayout.clock_timeout);
    store<u16>(at, <u16>flags, SubscriptionLayout.clock_flags);
    return this.count - 1;
  }

  /** Makes room for one more thing to wait for, and gives its address. */
  private add(type: Eventtype): usize {
    const start = this.wanted.length;
    this.wanted.length = start + <i32>SubscriptionLayout.SIZE;
    const at = this.wanted.dataStart + start;
    memory.fill(at, 0, SubscriptionLayout.SIZE);
    store<u64>(at, this.count++, SubscriptionLayout.userdata);
    store<u8>(at, <u8>type, SubscriptionLayout.type);
    return at;
  }
}

/** Does nothing for some nanoseconds. */
export function sleep(nanoseconds: u64): Outcome {
  const pause = new Poll();
  pause.timeout(nanoseconds);
  return outcome(pause.wait().error, 'wait');
}
