import type { CallListener, Notification } from '../host/notifications/listener.ts';
import { TargetMemory } from '../host/notifications/target-memory.ts';
import { QUESTION, QUESTION_STATE } from '../host/trap/layout.ts';
import { type RuleOfCall, ruleOfCall } from '../host/trap/rules.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { CLONE_THREAD } from '../linux/processes.ts';
import { SIGSYS } from '../linux/signals.ts';
import { MessageHeader } from '../linux/sockets.ts';
import { callName, type SystemCall } from '../linux/system-calls.ts';
import { JudgedPaths } from './judged-paths.ts';
import type { RecordedCall, RecordStart } from './record-start.ts';
import { violationOf } from './violation.ts';

/** The arguments of a call. */
const ARGUMENTS = 6;

/** Bytes of a word: of the flags of clone3(2), and of the address before its length in a message. */
const WORD = 8;

/** The longest address that is recorded, in bytes (unix(7)). */
const LONGEST_ADDRESS = 110;

/** Calls that capability mode answers in a way that Node does without. */
const harmless: ReadonlySet<SystemCall> = new Set(['capget', 'io_uring_setup', 'io_uring_enter']);

/** Calls that a limited descriptor is given another file by. */
const replacing: ReadonlySet<SystemCall> = new Set(['close', 'dup2', 'dup3']);

/** Tells which calls capability mode would refuse. A call may change its memory meanwhile, so this holds nothing. */
export class JudgedCalls {
  readonly #listener: CallListener;
  readonly #memory = new TargetMemory();
  readonly #paths: JudgedPaths;
  readonly #limited: Map<number, RecordStart['limited'][number]>;
  /** Limited descriptors as they were at the start, by which the filter still judges their numbers. */
  readonly #filtered: ReadonlyMap<number, RecordStart['limited'][number]>;

  constructor(start: RecordStart, listener: CallListener) {
    this.#listener = listener;
    this.#paths = new JudgedPaths(start);
    this.#filtered = new Map(start.limited.map((one) => [one.descriptor, one]));
    this.#limited = new Map(this.#filtered);
  }

  /** Judges the call that was received last; `undefined` when capability mode would let it through. */
  judge(notification: Notification): RecordedCall | undefined {
    // A question of this library, not one to the kernel.
    if (notification.call === QUESTION || notification.call === QUESTION_STATE) return undefined;
    const call = callName(notification.call);
    const words = Array.from({ length: ARGUMENTS }, (_, index) => this.#listener.word(index));
    if (call !== undefined && this.#filtered.size > 0) {
      const lacking = this.#judgeLimited(notification, call, words);
      if (lacking !== 'unlimited') return lacking;
    }
    if (call !== undefined && harmless.has(call)) return undefined;
    if (call === 'clone3' && this.#makesThread(notification)) return undefined;
    if (call === 'rt_sigaction' && this.#listener.int(0) !== SIGSYS) return undefined;
    const rule = ruleOfCall(notification.call);
    if (rule === undefined) return this.#violation(notification, words);
    switch (rule.operation) {
      case 'refuse':
        return this.#violation(notification, words);
      case 'scheduling':
      case 'affinity':
      case 'batch':
      case 'close':
        return undefined;
      case 'refuseAddress':
        return this.#judgeAddress(notification, rule, words);
      case 'send':
        return this.#judgeMessage(notification, words);
      default:
        return this.#judgePaths(notification, rule, words);
    }
  }

  #violation(
    { thread, call }: Notification,
    words: readonly bigint[],
    more: { readonly path?: string; readonly second?: string } = {},
    errno: number = LinuxErrno.EPERM,
  ): RecordedCall {
    return { thread, call, result: -errno, arguments: words.map(String), ...more };
  }

  /** The filter has let through all that a limited descriptor may be used for, so that the rest is a violation. */
  #judgeLimited(
    notification: Notification,
    call: SystemCall,
    words: readonly bigint[],
  ): RecordedCall | undefined | 'unlimited' {
    if (replacing.has(call)) {
      const old = this.#listener.int(call === 'close' ? 0 : 1);
      const limited = this.#limited.delete(old);
      if (call === 'close') return limited ? undefined : 'unlimited';
    }
    const lacks = (limited: ReadonlyMap<number, RecordStart['limited'][number]>): boolean =>
      violationOf(
        {
          number: notification.call,
          name: call,
          arguments: words,
          path: undefined,
          to: undefined,
          address: undefined,
        },
        (descriptor) => limited.get(descriptor)?.rights ?? [],
        (descriptor) => limited.has(descriptor),
      ).kind === 'NOTCAPABLE';
    if (lacks(this.#limited)) return this.#violation(notification, words);
    // Another file has the number now, and no limits.
    return lacks(this.#filtered) ? undefined : 'unlimited';
  }

  #makesThread({ thread }: Notification): boolean {
    const flags = this.#memory.bytes(thread, this.#listener.argument(0), WORD);
    return flags !== undefined && (Buffer.from(flags).readUInt32LE(0) & CLONE_THREAD) !== 0;
  }

  #judgeAddress(
    notification: Notification,
    { from }: RuleOfCall,
    words: readonly bigint[],
  ): RecordedCall | undefined {
    const [at = 0, size = 0] = from;
    const address = this.#listener.argument(at);
    const length = Math.min(this.#listener.int(size), LONGEST_ADDRESS);
    return this.#violation(notification, words, this.#addressAt(notification.thread, address, length));
  }

  #addressAt(thread: number, address: number, length: number): { readonly second?: string } {
    const bytes = address === 0 || length <= 0 ? undefined : this.#memory.bytes(thread, address, length);
    return bytes === undefined ? {} : { second: Buffer.from(bytes).toString('base64') };
  }

  /** A message to an address, or with descriptors. */
  #judgeMessage(notification: Notification, words: readonly bigint[]): RecordedCall | undefined {
    const { thread } = notification;
    const bytes = this.#memory.bytes(thread, this.#listener.argument(1), MessageHeader.size);
    if (bytes === undefined) return undefined;
    const header = Buffer.from(bytes);
    const name = Number(header.readBigUInt64LE(0));
    const length = Math.min(header.readUInt32LE(WORD), LONGEST_ADDRESS);
    if (name !== 0) return this.#violation(notification, words, this.#addressAt(thread, name, length));
    return header.readBigUInt64LE(MessageHeader.controlLength) === 0n
      ? undefined
      : this.#violation(notification, words);
  }

  #judgePaths(
    notification: Notification,
    { operation, from }: RuleOfCall,
    words: readonly bigint[],
  ): RecordedCall | undefined {
    const { thread } = notification;
    const pathAt = (directory: number | undefined, path: number | undefined): string | undefined => {
      const read = path === undefined ? undefined : this.#memory.path(thread, this.#listener.argument(path));
      if (read === undefined || read === '' || directory === undefined) return undefined;
      return this.#paths.absolute(thread, directory < 0 ? undefined : this.#listener.int(directory), read);
    };
    const two = operation === 'rename' || operation === 'link';
    const path = pathAt(from[0], from[1]);
    const to = two ? pathAt(from[2], from[3]) : undefined;
    if (path === undefined) return undefined;
    const flag = from[2];
    const flags =
      operation === 'open' && flag !== undefined && flag < ARGUMENTS ? this.#listener.int(flag) : 0;
    const made = operation === 'open' && flag !== undefined && flag >= ARGUMENTS;
    if (this.#paths.allows(operation, { path, to, flags, made })) return undefined;
    const second = to === undefined ? {} : { second: Buffer.from(to).toString('base64') };
    return this.#violation(notification, words, { path, ...second }, LinuxErrno.EACCES);
  }
}
