import { closeSync } from 'node:fs';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import {
  type PumpId,
  type ReachedLimit,
  writeJoin,
  writeLimits,
  writeVerdict,
} from '../host/pump/records.ts';
import { SOCK_SEQPACKET, SOCK_STREAM } from '../linux/sockets.ts';
import type { PortProtocol } from '../network/rule.ts';
import type { BrokerLimits } from './options.ts';
import { PumpProcess } from './pump-process.ts';

/** Callbacks of carried sockets. */
export type CarriedEvents = {
  readonly onLimit: (limit: ReachedLimit) => void;
  /** Called when the process that carries them has ended by itself. */
  readonly onLost: () => void;
};

/** The error for a connection beyond the limits, as accept(2) has it. */
type Refused = { readonly error: 'EMFILE' };

/** The most connections that wait because of a limit by time: further ones are refused. */
const MOST_WAITING = 1024;

/**
 * Connections of a program without a network of its own, such as a module: it gets one end of a pair of sockets, and a
 * pump carries the bytes to the connected socket, so that limits hold. Connections at once and within a second are counted here,
 * bytes by the pump.
 */
export class CarriedSockets {
  readonly #pump: PumpProcess;
  readonly #limits: BrokerLimits;
  readonly #events: CarriedEvents;
  /** Connections that the pump was given and has not answered for, by their number. */
  readonly #joining = new Map<number, (id: PumpId | undefined) => void>();
  /** The starts of connections within the last second, in milliseconds. */
  readonly #starts: number[] = [];
  #next = 0;
  #open = 0;
  #waiting = 0;
  /** `finishing` takes no more connections, and ends with the last. */
  #state: 'taking' | 'finishing' | 'closed' = 'taking';

  /**
   * Starts the pump.
   *
   * @throws SpawnError, SystemError
   */
  constructor(limits: BrokerLimits, events: CarriedEvents) {
    this.#limits = limits;
    this.#events = events;
    this.#pump = new PumpProcess({
      onReport: (report) => {
        if (report.kind === 'joined') this.#answer(report.number, report.id);
        else if (report.kind === 'not joined') this.#answer(report.number, undefined);
        else if (report.kind === 'closed') this.#hasEnded();
        else if (report.kind === 'limit') events.onLimit(report.limit);
      },
      onEnd: () => this.#lost(),
    });
    const { bytesPerSecond = 0, bytes = 0 } = limits;
    this.#pump.send(writeLimits({ connectionsAtOnce: 0, connectionsPerSecond: 0, bytesPerSecond, bytes }));
    this.#pump.announceNone();
    // As the stream of requests of a module: the program's process is what its launcher waits for.
    this.#pump.unref();
  }

  /**
   * Carries a connection.
   *
   * @param outside Host descriptor of a connected socket, which belongs to this object from now on.
   * @returns A host descriptor for the program, which the caller closes: of datagrams, one of type SOCK_SEQPACKET.
   */
  async carry(outside: number, protocol: PortProtocol): Promise<{ readonly descriptor: number } | Refused> {
    if (!(await this.#mayBegin())) {
      closeSync(outside);
      return { error: 'EMFILE' };
    }
    const [ours, theirs] = makeSocketPair(protocol === 'udp' ? SOCK_SEQPACKET : SOCK_STREAM);
    this.#next = (this.#next + 1) % 2 ** 31;
    const number = this.#next;
    this.#open++;
    const id = await new Promise<PumpId | undefined>((resolve) => {
      this.#joining.set(number, resolve);
      this.#pump.send(writeJoin(number, protocol), theirs);
    });
    if (id !== undefined) {
      this.#pump.send(writeVerdict('dial', id), outside);
      return { descriptor: ours };
    }
    closeSync(ours);
    closeSync(outside);
    this.#hasEnded();
    return { error: 'EMFILE' };
  }

  /** Takes no more connections, and ends the pump with the last of those that there are. */
  finish(): void {
    if (this.#state !== 'taking') return;
    this.#state = 'finishing';
    if (this.#open === 0) this.close();
  }

  /** Ends the pump, and with it all connections. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#pump.end();
    for (const number of [...this.#joining.keys()]) this.#answer(number, undefined);
  }

  /** Waits until the limit by time allows one more; false where there is no room for it. */
  async #mayBegin(): Promise<boolean> {
    const { connectionsPerSecond } = this.#limits;
    if (connectionsPerSecond !== undefined) {
      let told = false;
      if (this.#waiting >= MOST_WAITING) return false;
      this.#waiting++;
      for (let wait = this.#wait(connectionsPerSecond); wait > 0; wait = this.#wait(connectionsPerSecond)) {
        if (!told) this.#events.onLimit('per second');
        told = true;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
      this.#waiting--;
      this.#starts.push(performance.now());
    }
    const { connections } = this.#limits;
    if (this.#state !== 'taking') return false;
    if (connections === undefined || this.#open < connections) return true;
    this.#events.onLimit('at once');
    return false;
  }

  /** The milliseconds until one more may begin. */
  #wait(most: number): number {
    const second = performance.now() - 1000;
    while (this.#starts[0] !== undefined && this.#starts[0] <= second) this.#starts.shift();
    const [oldest] = this.#starts;
    return this.#state !== 'taking' || oldest === undefined || this.#starts.length < most
      ? 0
      : Math.ceil(oldest - second);
  }

  #answer(number: number, id: PumpId | undefined): void {
    this.#joining.get(number)?.(id);
    this.#joining.delete(number);
  }

  #hasEnded(): void {
    this.#open--;
    if (this.#state === 'finishing' && this.#open === 0) this.close();
  }

  #lost(): void {
    if (this.#state === 'closed') return;
    this.close();
    this.#events.onLost();
  }
}
