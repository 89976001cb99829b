import { printable } from '../../text/printable.ts';
import { ServiceError } from '../service-error.ts';
import { type ProgramLifetime, refusedRequest, type StartRequest } from './check-request.ts';
import { type CommandLimits, mostAtOnce, mostStarts } from './limits.ts';
import { clientSignals, type ProgramEnd } from './process-end.ts';

/** A program that was started for a client. */
export type ClientProgram = {
  /** A host descriptor that controls it, for the client. */
  readonly descriptor: number;
  /** Never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** Ends it and all it has started. */
  kill(): void;
  /** @returns False when it has ended, or cannot be sent this signal. */
  signal(name: string): boolean;
};

/** Starts a program, whose name and request are within limits; rejects when it cannot be started. */
export type StartProgram = (request: StartRequest, limits: CommandLimits) => Promise<ClientProgram>;

/** A number that names a program of one service. */
export type ProgramId = number;

/** Programs of one channel that are remembered, with those that have ended. */
const MOST_PROGRAMS = 1024;

/** A program of a channel. */
type Entry = { readonly program: ClientProgram; readonly keep: ProgramLifetime; over: boolean };

/** The starts of one service. All its channels share them, so that a clone of a channel gives no more starts. */
export class ProgramCounts {
  readonly #starts = new Map<string, number>();
  readonly #running = new Map<string, number>();

  /**
   * Counts a start, which counts even if it fails.
   *
   * @throws ServiceError when there are as many as the limits allow.
   */
  begin(name: string, limits: CommandLimits): void {
    const before = this.#starts.get(name) ?? 0;
    const running = this.#running.get(name) ?? 0;
    if (before >= mostStarts(limits))
      throw new ServiceError('EAGAIN', `'${name}' was started ${before} times, which is the limit`);
    if (running >= mostAtOnce(limits))
      throw new ServiceError('EAGAIN', `'${name}' runs ${running} times at once, which is the limit`);
    this.#starts.set(name, before + 1);
    this.#running.set(name, running + 1);
  }

  /** A program that was counted has ended. */
  end(name: string): void {
    this.#running.set(name, (this.#running.get(name) ?? 1) - 1);
  }
}

/** Starts programs for the client of one channel, which alone can wait for them and end them. */
export class ProgramStarter {
  readonly #counts: ProgramCounts;
  readonly #programs = new Map<ProgramId, Entry>();
  #last: ProgramId = 0;

  #isOpen = true;

  constructor(counts: ProgramCounts) {
    this.#counts = counts;
  }

  /**
   * Starts a program.
   *
   * @throws ServiceError `ENOTCAPABLE` when the request is not within the limits, `EAGAIN` when there are too many.
   * @throws Error when it cannot be started.
   */
  async start(
    request: StartRequest,
    limits: ReadonlyMap<string, CommandLimits>,
    start: StartProgram,
  ): Promise<ProgramId> {
    const { name } = request;
    const command = limits.get(name);
    if (command === undefined)
      throw new ServiceError('ENOTCAPABLE', `Program '${printable(name, 80)}' is not granted`);
    const refused = refusedRequest(request, command);
    if (refused !== undefined) throw new ServiceError('ENOTCAPABLE', refused);
    this.#makeRoom();
    this.#counts.begin(name, command);
    let program: ClientProgram;
    try {
      program = await start(request, command);
    } catch (error) {
      this.#counts.end(name);
      throw error;
    }
    // The client has gone meanwhile.
    if (!this.#isOpen && request.keep === 'channel') program.kill();
    const id = ++this.#last;
    const entry: Entry = { program, keep: request.keep, over: false };
    this.#programs.set(id, entry);
    void program.ended.then(() => {
      entry.over = true;
      this.#counts.end(name);
    });
    return id;
  }

  /** The host descriptor that controls a program; `undefined` for one that this channel has not started. */
  descriptorOf(id: ProgramId): number | undefined {
    return this.#programs.get(id)?.program.descriptor;
  }

  /** Waits for the end of a program, which is forgotten then; `undefined` for one that this channel has not started. */
  async wait(id: ProgramId): Promise<ProgramEnd | undefined> {
    const end = await this.#programs.get(id)?.program.ended;
    this.#programs.delete(id);
    return end;
  }

  /** Sends a program a signal; false when it is none of this channel's, or has ended. */
  signal(id: ProgramId, name: string): boolean {
    const entry = this.#programs.get(id);
    return clientSignals.includes(name) && entry?.over === false && entry.program.signal(name);
  }

  /** Ends the programs that live as long as the channel: their client has gone. */
  close(): void {
    this.#isOpen = false;
    for (const { program, keep, over } of this.#programs.values())
      if (!over && keep === 'channel') program.kill();
    this.#programs.clear();
  }

  /** The oldest program that has ended makes room. */
  #makeRoom(): void {
    if (this.#programs.size < MOST_PROGRAMS) return;
    const [oldest] = [...this.#programs].find(([, { over }]) => over) ?? [];
    if (oldest === undefined)
      throw new ServiceError('EAGAIN', `This channel has ${MOST_PROGRAMS} programs that run`);
    this.#programs.delete(oldest);
  }
}
