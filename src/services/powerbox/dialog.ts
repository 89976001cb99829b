import { readSync, writeSync } from 'node:fs';
import { Open } from '../../host/files/lookup.ts';
import { EPOLLIN } from '../../linux/waiting.ts';
import type { ServiceHost } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { type Choice, type ChooserFace, LONGEST_CHOICE, type WantedFile } from './chooser.ts';
import { PickedDirectory } from './picked-directory.ts';

/** Answers that are none, after which a question counts as refused. */
const MOST_MISTAKES = 20;

/** A host descriptor of the chosen object, and its name. */
export type Picked = { readonly name: string; readonly descriptor: number };

/** Asks a person, one question after the other, over one descriptor. */
export class Dialog {
  readonly #root: number;
  readonly #person: number;
  readonly #face: ChooserFace;
  readonly #host: ServiceHost;
  #last: Promise<unknown> = Promise.resolve();
  #rest = '';
  #lines: string[] = [];
  #woken: (() => void) | undefined;
  #gone = false;

  /** @param person A descriptor that does not block: a terminal or a socket. */
  constructor(root: number, person: number, face: ChooserFace, host: ServiceHost) {
    this.#root = root;
    this.#person = person;
    this.#face = face;
    this.#host = host;
  }

  /** Asks when all earlier questions have been answered. @throws ServiceError */
  ask(wanted: WantedFile, signal: AbortSignal): Promise<Picked | undefined> {
    const answer = this.#last.then(() => this.#pick(wanted, signal));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #pick(wanted: WantedFile, signal: AbortSignal): Promise<Picked | undefined> {
    if (signal.aborted) return undefined;
    const here = new PickedDirectory(this.#root);
    // Input from before the question answers nothing.
    this.#read();
    this.#lines = [];
    this.#rest = '';
    for (let mistakes = 0; mistakes < MOST_MISTAKES; ) {
      const shown = { wanted, path: here.path, entries: here.entries() };
      this.#tell(this.#face.show(shown));
      const line = await this.#line(signal);
      if (line === undefined) {
        if (this.#gone) throw new ServiceError('EIO', 'The chooser has gone');
        this.#tell(this.#face.withdrawn);
        return undefined;
      }
      const choice = this.#face.read(line, shown);
      const step = choice === undefined ? undefined : this.#follow(choice, wanted, here, shown.entries);
      if (step === undefined) mistakes++;
      else if (step !== 'again') return step === 'refused' ? undefined : step;
    }
    return undefined;
  }

  /** Does as the person says; `undefined` when that cannot be done. */
  #follow(
    choice: Choice,
    { kind, access }: WantedFile,
    here: PickedDirectory,
    entries: ReturnType<PickedDirectory['entries']>,
  ): Picked | 'again' | 'refused' | undefined {
    if (choice === 'refuse') return 'refused';
    if (choice === 'up') {
      here.leave();
      return 'again';
    }
    if (choice === 'this') {
      const descriptor = kind === 'directory' ? here.openHere() : -1;
      return descriptor < 0 ? undefined : { name: here.path, descriptor };
    }
    const entry = entries.find(({ name }) => name === choice.entry);
    if (entry === undefined) return undefined;
    if (entry.directory) return here.enter(entry.name) ? 'again' : undefined;
    if (kind === 'directory') return undefined;
    const descriptor = here.openFile(entry.name, access === 'read' ? Open.read : Open.readWrite);
    return descriptor === undefined ? undefined : { name: entry.name, descriptor };
  }

  /** The next line; `undefined` when the question is withdrawn or the person has gone. */
  async #line(signal: AbortSignal): Promise<string | undefined> {
    const wake = (): void => this.#woken?.();
    signal.addEventListener('abort', wake);
    this.#host.watch(this.#person, EPOLLIN, () => {
      this.#read();
      wake();
    });
    try {
      while (this.#lines.length === 0 && !signal.aborted && !this.#gone) {
        await new Promise<void>((resolve) => {
          this.#woken = resolve;
        });
      }
      return signal.aborted ? undefined : this.#lines.shift();
    } finally {
      this.#woken = undefined;
      this.#host.unwatch(this.#person);
      signal.removeEventListener('abort', wake);
    }
  }

  /** Reads all input that waits. */
  #read(): void {
    const room = Buffer.alloc(LONGEST_CHOICE);
    try {
      for (;;) {
        const count = readSync(this.#person, room, 0, room.length, null);
        if (count === 0) {
          this.#gone = true;
          return;
        }
        const lines = (this.#rest + room.toString('utf8', 0, count)).split('\n');
        this.#rest = (lines.pop() ?? '').slice(0, LONGEST_CHOICE);
        this.#lines.push(...lines);
        if (count < room.length) return;
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) this.#gone = true;
    }
  }

  #tell(text: string): void {
    try {
      writeSync(this.#person, text);
    } catch {
      this.#gone = true;
    }
  }
}
