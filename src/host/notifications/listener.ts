import {
  SECCOMP_ADDFD_FLAG_SETFD,
  SECCOMP_IOCTL_NOTIF_ADDFD,
  SECCOMP_IOCTL_NOTIF_ID_VALID,
  SECCOMP_IOCTL_NOTIF_RECV,
  SECCOMP_IOCTL_NOTIF_SEND,
  SECCOMP_IOCTL_NOTIF_SET_FLAGS,
  SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP,
  SECCOMP_USER_NOTIF_FLAG_CONTINUE,
  SeccompAddition,
  SeccompAnswer,
  SeccompNotification,
} from '../../linux/seccomp.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { POLLFD_SIZE, POLLIN } from '../../linux/waiting.ts';
import { poll } from '../files/poll.ts';
import { NULL } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

const IOCTL = callNumberOf('ioctl');

const NOTIFICATION = 0;
const ANSWER = 128;
const POLL_ENTRY = 192;
const ADDED = 160;
const TIMEOUT = 208;

/** A call of a thread that waits for its answer. The arguments are those of its registers. */
export type Notification = {
  /** The thread, by the number that we know it by. */
  readonly thread: number;
  /** The number of the call. */
  readonly call: number;
};

/** Notified calls of a filter (seccomp_unotify(2)), received and answered one after the other by one thread. */
export class CallListener {
  readonly #descriptor: number;
  readonly #memory = new NativeMemory(256);

  /** @param descriptor From SECCOMP_FILTER_FLAG_NEW_LISTENER; stays the caller's. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    // Older kernels wake any processor, which costs several times more and does the same.
    syscall(IOCTL, descriptor, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
    this.#memory.view.setInt32(POLL_ENTRY, descriptor, true);
    this.#memory.view.setInt16(POLL_ENTRY + 4, POLLIN, true);
  }

  /**
   * Waits for a call.
   *
   * @param patience Milliseconds to wait, below a second; `undefined` for any time.
   * @returns `late` when none came in that time, `ended` when no process is left that could make one.
   */
  next(patience: number | undefined): Notification | 'late' | 'ended' {
    const { view, bytes } = this.#memory;
    for (;;) {
      view.setBigInt64(TIMEOUT, 0n, true);
      view.setBigInt64(TIMEOUT + 8, BigInt(patience ?? 0) * 1_000_000n, true);
      const timeout = patience === undefined ? NULL : this.#memory.at(TIMEOUT);
      const count = poll(this.#memory.at(POLL_ENTRY), 1, timeout);
      if (count === 0) return 'late';
      if (count > 0 && (view.getInt16(POLL_ENTRY + POLLFD_SIZE - 2, true) & POLLIN) === 0) return 'ended';
      bytes.fill(0, NOTIFICATION, NOTIFICATION + SeccompNotification.size);
      // It fails for a thread that was killed meanwhile.
      if (syscall(IOCTL, this.#descriptor, SECCOMP_IOCTL_NOTIF_RECV, this.#memory.at(NOTIFICATION)) < 0)
        continue;
      return {
        thread: view.getUint32(SeccompNotification.pid, true),
        call: view.getInt32(SeccompNotification.call, true),
      };
    }
  }

  /** An argument (0 to 5) of the call that was received last; an address of a program is below 2^53. */
  argument(index: number): number {
    return Number(this.#memory.view.getBigUint64(SeccompNotification.arguments + 8 * index, true));
  }

  /** An argument as it stands in its register. */
  word(index: number): bigint {
    return this.#memory.view.getBigUint64(SeccompNotification.arguments + 8 * index, true);
  }

  /** The low half of an argument, as the kernel reads descriptors and flags. */
  int(index: number): number {
    return this.#memory.view.getInt32(SeccompNotification.arguments + 8 * index, true);
  }

  /** Lets the kernel make the call that was received last. Nothing is said about its arguments: they may change. */
  goOn(): void {
    this.#answer(0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  }

  /** Answers the call that was received last with an error number. */
  refuse(errno: number): void {
    this.#answer(-errno, 0);
  }

  /** Answers the call that was received last with a result, a number that is not negative. */
  answer(result: number): void {
    this.#answer(0, 0, result);
  }

  /**
   * Puts a descriptor of ours into the process whose call was received last (SECCOMP_IOCTL_NOTIF_ADDFD), in the place of
   * any that it has under this number.
   *
   * @returns The number, or `-errno`.
   */
  addDescriptor(ours: number, number: number, flags: number): number {
    const { view } = this.#memory;
    view.setBigUint64(ADDED + SeccompAddition.id, this.id, true);
    view.setUint32(ADDED + SeccompAddition.flags, SECCOMP_ADDFD_FLAG_SETFD, true);
    view.setUint32(ADDED + SeccompAddition.ours, ours, true);
    view.setUint32(ADDED + SeccompAddition.number, number, true);
    view.setUint32(ADDED + SeccompAddition.descriptorFlags, flags, true);
    return syscall(IOCTL, this.#descriptor, SECCOMP_IOCTL_NOTIF_ADDFD, this.#memory.at(ADDED));
  }

  /** The call that was received last, for an answer that comes later. */
  get id(): bigint {
    return this.#memory.view.getBigUint64(NOTIFICATION + SeccompNotification.id, true);
  }

  /** Answers a call by its `id`, as `answer` does. */
  answerTo(id: bigint, result: number): void {
    this.#answer(0, 0, result, id);
  }

  /** Tells whether the thread whose call was received last still waits for the answer; then it is the thread of that number. */
  get isWaiting(): boolean {
    return (
      syscall(IOCTL, this.#descriptor, SECCOMP_IOCTL_NOTIF_ID_VALID, this.#memory.at(NOTIFICATION)) === 0
    );
  }

  /** Answers a call by its `id`, as `refuse` does. */
  refuseTo(id: bigint, errno: number): void {
    this.#answer(-errno, 0, 0, id);
  }

  #answer(error: number, flags: number, result = 0, id = this.id): void {
    const { view } = this.#memory;
    view.setBigUint64(ANSWER + SeccompAnswer.id, id, true);
    view.setBigInt64(ANSWER + SeccompAnswer.value, BigInt(result), true);
    view.setInt32(ANSWER + SeccompAnswer.error, error, true);
    view.setUint32(ANSWER + SeccompAnswer.flags, flags, true);
    // A thread that was killed meanwhile needs no answer.
    syscall(IOCTL, this.#descriptor, SECCOMP_IOCTL_NOTIF_SEND, this.#memory.at(ANSWER));
  }
}
