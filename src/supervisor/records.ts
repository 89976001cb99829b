import { type Category, categories } from '../policy/category.ts';
import { type ActionKind, actionKinds } from '../policy/rule.ts';

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
  /** The path that was resolved, as the program sees it. */
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
};

const HEAD = 56;
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
} as const;

const ACCESS = 1;
const QUESTION = 2;

/** Reads records from a stream. */
export class RecordReader {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * Reads the records that are complete.
   *
   * @throws RangeError for bytes that no supervisor of ours writes.
   */
  read(chunk: Buffer): readonly AccessRecord[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const found: AccessRecord[] = [];
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

function recordOf(bytes: Buffer): AccessRecord {
  const category = categories[bytes.readUInt32LE(At.category)];
  const action = actionKinds[bytes.readUInt32LE(At.action)];
  const path = bytes.readUInt32LE(At.path);
  const executable = bytes.readUInt32LE(At.executable);
  const kind = bytes.readUInt32LE(At.kind);
  if (
    (kind !== ACCESS && kind !== QUESTION) ||
    category === undefined ||
    action === undefined ||
    HEAD + path + executable !== bytes.length
  )
    throw new RangeError('The supervisor sent a record that cannot be read');
  return {
    time: new Date(Number(bytes.readBigUInt64LE(At.time) / 1_000_000n)),
    pid: bytes.readUInt32LE(At.pid),
    executable: bytes.toString('utf8', HEAD + path),
    category,
    path: bytes.toString('utf8', HEAD, HEAD + path),
    action,
    rule: bytes.readUInt32LE(At.rule),
    errno: Math.abs(bytes.readInt32LE(At.errno)),
    lost: bytes.readUInt32LE(At.lost),
    question: kind === QUESTION ? bytes.readBigUInt64LE(At.question) : undefined,
  };
}

/** Writes the answer to a question. */
export function writeAnswer(question: bigint, yes: boolean): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(question, 0);
  bytes.writeUInt32LE(yes ? 1 : 2, 8);
  return bytes;
}
