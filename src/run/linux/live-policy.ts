import { closeSync } from 'node:fs';
import { createSealedFile } from '../../host/files/memory-file.ts';
import { NativeMemory } from '../../host/memory.ts';
import { sendDescriptors } from '../../host/sockets/messages.ts';
import { SystemError } from '../../host/system-error.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { IOVEC_SIZE } from '../../linux/limits.ts';
import { type Changer, changeRules, type LiveRules, type RulesState } from '../../policy/live.ts';
import { parseChange } from '../../policy/parse-change.ts';
import { printFileRule, printLiveRules } from '../../policy/print-rule.ts';
import type { Rule } from '../../policy/rule.ts';
import { TableError } from '../../policy/table-error.ts';
import type { ChangeablePolicy, PolicyChange } from '../../process/program-policy.ts';
import { type ChangeRecord, MESSAGE_SIZE, type SwitchRecord, writeSwitch } from '../../supervisor/records.ts';

/** Changes that a program may ask for while it runs, and the states of automata that one of them may cost us. */
const MOST_ASKED = 256;
const MOST_STATES = 20_000;

/** The parts of rules that change. */
export type LivePolicyOptions = {
  /** Our end of the supervisor's socket. */
  readonly socket: number;
  readonly start: LiveRules;
  readonly workingDirectory: string;
  readonly compile: (rules: readonly Rule[]) => Uint8Array;
  readonly onChange: ((change: PolicyChange) => void) | undefined;
};

/** Memory in which a message is made: memory that is mapped stays. */
let room: NativeMemory | undefined;

/** A change that was refused, and the error that a program's call ends with for it. */
class RefusedChange extends RangeError {
  readonly errno: number;

  constructor(message: string, errno: number) {
    super(message);
    this.errno = errno;
  }
}

/** The rules of a running program. Changes are made one after the other: each counts before the next is looked at. */
export class LivePolicy implements ChangeablePolicy {
  readonly #options: LivePolicyOptions;
  readonly #generations: (readonly Rule[])[];
  #now: LiveRules;
  #generation = 0;
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #switched: ((record: SwitchRecord | undefined) => void) | undefined;
  #ended = false;

  constructor(options: LivePolicyOptions) {
    this.#options = options;
    this.#now = options.start;
    this.#generations = [options.start.rules];
  }

  get state(): RulesState {
    return this.#now.state;
  }

  get rules(): readonly string[] {
    return this.#now.rules.map(printFileRule);
  }

  /** The rule of a number in the rules of a generation. */
  ruleAt(generation: number, number: number): Rule | undefined {
    return this.#generations[generation]?.[number];
  }

  async change(text: string): Promise<void> {
    await this.#inTurn(() => this.#make(text, 'launcher', 'the launcher'));
  }

  /** Makes a change that a process of the program asks for; returns the error that its call ends with, or 0. */
  async answer({ text, first }: ChangeRecord): Promise<number> {
    if (++this.#asked > MOST_ASKED) return LinuxErrno.ENOSPC;
    try {
      await this.#inTurn(() => this.#make(text, first ? 'first' : 'other', 'the program', MOST_STATES));
      return 0;
    } catch (error) {
      return error instanceof RefusedChange ? error.errno : LinuxErrno.EIO;
    }
  }

  /** Takes the supervisor's word about new rules. */
  switched(record: SwitchRecord): void {
    this.#switched?.(record);
  }

  /** The program has ended: nothing is changed any more. */
  end(): void {
    this.#ended = true;
    this.#switched?.(undefined);
  }

  #inTurn(make: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(make);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #make(text: string, by: Changer, place: string, most?: number): Promise<void> {
    const { onChange, workingDirectory } = this.#options;
    try {
      const read = parseChange(text, { rules: this.#now.rules, workingDirectory, place });
      if (read.problem) throw new RefusedChange(read.problem.message, LinuxErrno.EINVAL);
      const next = changeRules(this.#now, read.value, by, most);
      if ('refused' in next) throw new RefusedChange(`Not changed: ${next.refused}`, LinuxErrno.EPERM);
      await this.#switch(next);
    } catch (error) {
      if (error instanceof RefusedChange)
        onChange?.({ text, by, state: this.#now.state, refused: error.message });
      throw error;
    }
    onChange?.({ text, by, state: this.#now.state, refused: undefined });
  }

  /** Hands rules to the supervisor and waits until they count. */
  async #switch(next: LiveRules): Promise<void> {
    const table = this.#compile(next.rules);
    const files = [createSealedFile('rules', [table]), createSealedFile('rules', [printLiveRules(next)])];
    let answer: SwitchRecord | undefined;
    try {
      const heard = new Promise<SwitchRecord | undefined>((resolve) => {
        this.#switched = resolve;
      });
      if (this.#ended) throw new Error('The program has ended');
      // Reports of these rules may come at once with the word that they count.
      this.#generations[this.#generation + 1] = next.rules;
      this.#send(writeSwitch(table.length, next.state === 'sealed'), files);
      answer = await heard;
    } finally {
      this.#switched = undefined;
      for (const file of files) closeSync(file);
    }
    if (answer === undefined) throw new Error('The program has ended');
    if (answer.errno !== 0) throw new SystemError(answer.errno, 'mmap', 'to change rules');
    this.#generation = answer.generation;
    this.#now = next;
  }

  #compile(rules: readonly Rule[]): Uint8Array {
    try {
      return this.#options.compile(rules);
    } catch (error) {
      if (error instanceof TableError) throw new RefusedChange(error.message, LinuxErrno.E2BIG);
      throw error;
    }
  }

  #send(message: Buffer, descriptors: readonly number[]): void {
    room ??= new NativeMemory(MESSAGE_SIZE);
    room.bytes.set(message);
    const vector = Buffer.alloc(IOVEC_SIZE);
    vector.writeBigUInt64LE(BigInt(room.address), 0);
    vector.writeBigUInt64LE(BigInt(MESSAGE_SIZE), 8);
    const sent = sendDescriptors(this.#options.socket, vector, descriptors);
    if (sent < 0) throw new SystemError(-sent, 'sendmsg', 'to change rules');
  }
}
