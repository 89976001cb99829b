import { type Category, categories } from '../policy/category.ts';
import { type ActionKind, actionKinds } from '../policy/rule.ts';
import { SOCKET_CATEGORY } from '../policy/socket-rule.ts';
import { nameOfSocket } from '../policy/socket-text.ts';

/*
 * The records of a supervisor (src/host/supervisor/judge.h): a head, the path, and the path of the executable.
 */

/** An access about which a rule has decided otherwise than by allowing it. */
export type AccessRecord = {
  readonly time: Date;
  /** The thread, by its number in the program's namespace. */
  readonly pid: number;
  /** The path of the executable, as the program sees it; empty when the process was gone. */
  readonly executable: string;
  readonly category: Category;
  /** The path that was resolved, as the program sees it; of a socket, its address or path as rules name it. */
  readonly path: string;
  readonly action: ActionKind;
  /** The number of the rule. */
  readonly rule: number;
  /** The error that the call was answered with; 0 for none. */
  readonly errno: number;
  /** Records before this one that were left out, because there were too many. */
  readonly lost: number;
  /** The name of the question if this is one, which waits for an answer; `undefined` for a report. */
  readonly question: bigint | undefined;
  /** The generation of the rules in which the number of the rule counts; 0 for those of the start. */
  readonly generation: number;
};

/** A change of the rules that a process of the program asks for; it waits for an answer. */
export type ChangeRecord = {
  readonly kind: 'change';
  /** The text of the change. */
  readonly text: string;
  /** True if the program's first process asks. */
  readonly first: boolean;
  readonly question: bigint;
};

/** The word that rules of a generation count from now on, or the error for which they do not. */
export type SwitchRecord = { readonly kind: 'switched'; readonly generation: number; readonly errno: number };

/** A record of a supervisor. */
export type SupervisorRecord = AccessRecord | ChangeRecord | SwitchRecord;

/** The number of the rule in records of the crash guard (guard.h). */
export const GUARD_RULE = 0xffffffff;

const HEAD = 64;
/** More than any record has. */
const MOST = HEAD + 3 * 4096;

const At = {
  length: 0,
  kind: 4,
  action: 8,
  category: 12,
  rule: 16,
  errno: 20,
  pid: 24,
  lost: 28,
  time: 32,
  path: 40,
  executable: 44,
  question: 48,
  generation: 56,
} as const;

const ACCESS = 1;
const QUESTION = 2;
const CHANGE = 3;
const SWITCHED = 4;

/** Reads records from a stream. */
export class RecordReader {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * Reads the records that are complete.
   *
   * @throws RangeError for bytes that no supervisor of ours writes.
   */
  read(chunk: Buffer): readonly SupervisorRecord[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const found: SupervisorRecord[] = [];
    let at = 0;
    while (at + HEAD <= bytes.length) {
      const length = bytes.readUInt32LE(at + At.length);
      if (length < HEAD || length > MOST) throw new RangeError('A record of the supervisor has no length');
      if (at + length > bytes.length) break;
      found.push(recordOf(bytes.subarray(at, at + length)));
      at += length;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    return found;
  }
}

function recordOf(bytes: Buffer): SupervisorRecord {
  const category = categories[bytes.readUInt32LE(At.category)];
  const action = actionKinds[bytes.readUInt32LE(At.action)];
  const path = bytes.readUInt32LE(At.path);
  const executable = bytes.readUInt32LE(At.executable);
  const kind = bytes.readUInt32LE(At.kind);
  if (
    kind < ACCESS ||
    kind > SWITCHED ||
    category === undefined ||
    action === undefined ||
    HEAD + path + executable !== bytes.length
  )
    throw new RangeError('The supervisor sent a record that cannot be read');
  const errno = Math.abs(bytes.readInt32LE(At.errno));
  const question = bytes.readBigUInt64LE(At.question);
  const generation = Number(bytes.readBigUInt64LE(At.generation));
  if (kind === SWITCHED) return { kind: 'switched', generation, errno };
  const text = bytes.toString('utf8', HEAD, HEAD + path);
  if (kind === CHANGE) return { kind: 'change', text, first: errno === 1, question };
  return {
    time: new Date(Number(bytes.readBigUInt64LE(At.time) / 1_000_000n)),
    pid: bytes.readUInt32LE(At.pid),
    executable: bytes.toString('utf8', HEAD + path),
    category,
    path: category === SOCKET_CATEGORY ? nameOfSocket(text) : text,
    action,
    rule: bytes.readUInt32LE(At.rule),
    errno,
    lost: bytes.readUInt32LE(At.lost),
    question: kind === QUESTION ? question : undefined,
    generation,
  };
}

/** Bytes of a message to a supervisor (live.h). */
export const MESSAGE_SIZE = 16;

const Verdict = { yes: 1, no: 2, policy: 3, last: 4 } as const;

/** Tells an error of errno(3) from the other verdicts. */
const ERRNO = 0x1000;

/** Writes the answer to a question. */
export function writeAnswer(question: bigint, yes: boolean): Buffer {
  return writeMessage(question, yes ? Verdict.yes : Verdict.no, 0);
}

/**
 * Writes the answer to a change that a program asks for.
 *
 * @param errno The error that its call ends with; 0 for a change that was made.
 */
export function writeChangeAnswer(question: bigint, errno: number): Buffer {
  return writeMessage(question, errno === 0 ? Verdict.yes : ERRNO + errno, 0);
}

/**
 * Writes the word that comes with the table of new rules and their text, as descriptors.
 *
 * @param size Bytes of the table.
 * @param last True if no other rules will follow.
 */
export function writeSwitch(size: number, last: boolean): Buffer {
  return writeMessage(0n, last ? Verdict.last : Verdict.policy, size);
}

function writeMessage(question: bigint, verdict: number, size: number): Buffer {
  const bytes = Buffer.alloc(MESSAGE_SIZE);
  bytes.writeBigUInt64LE(question, 0);
  bytes.writeUInt32LE(verdict, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}
