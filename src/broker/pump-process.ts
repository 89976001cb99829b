import { closeSync, writeSync } from 'node:fs';
import { waitToRead } from '../host/files/poll.ts';
import { reapIfEnded } from '../host/processes/spawn.ts';
import { type AnnouncedSocket, AnnouncedSockets } from '../host/pump/announced.ts';
import { type ControlEvents, PumpControl } from '../host/pump/control.ts';
import { ANNOUNCED, PumpSocketKind } from '../host/pump/records.ts';
import { type StartedPump, startPump } from '../host/pump/start.ts';
import { SpareSockets } from './spare-sockets.ts';

/** The most milliseconds to wait for a pump that gives spare sockets back: it does so before it serves. */
const SPARES_WAIT = 2000;

/** The process that carries a program's connections, from its start to its end. */
export class PumpProcess {
  readonly #pump: StartedPump;
  readonly #control: PumpControl;
  #intake: number | undefined;
  #spares: SpareSockets | undefined;

  /**
   * Starts it.
   *
   * @throws SpawnError, SystemError
   */
  constructor(events: ControlEvents) {
    this.#pump = startPump();
    this.#intake = this.#pump.intake;
    this.#control = new PumpControl(this.#pump.control, events);
  }

  /**
   * The host descriptor through which the sockets of the program's network go to it. The spare ones come back through it,
   * and wait there until they are needed.
   */
  get intake(): number {
    if (this.#intake === undefined) throw new Error('The network was handed over already');
    return this.#intake;
  }

  /** Tells it that no network has sockets for it. */
  announceNone(): void {
    writeSync(this.intake, Uint8Array.of(PumpSocketKind.end, ...Array<number>(ANNOUNCED - 1).fill(0)));
    this.#closeIntake();
  }

  /** The spare sockets of the program's network, once it was set up. */
  get spares(): SpareSockets {
    this.#spares ??= new SpareSockets(this.#receiveSpares());
    return this.#spares;
  }

  #receiveSpares(): readonly AnnouncedSocket[] {
    const socket = this.#intake;
    if (socket === undefined || !waitToRead(socket, SPARES_WAIT)) return [];
    const found = new AnnouncedSockets().next(socket) ?? [];
    this.#closeIntake();
    return found;
  }

  #closeIntake(): void {
    if (this.#intake !== undefined) closeSync(this.#intake);
    this.#intake = undefined;
  }

  /**
   * Sends a record.
   *
   * @param descriptor A host descriptor that goes with it, and is closed in every case.
   */
  send(record: Uint8Array, descriptor?: number): void {
    this.#control.send(record, descriptor);
  }

  /** Lets this Node process end although the pump runs; the pump dies with it. */
  unref(): void {
    this.#control.unref();
  }

  /** Ends it, and with it all connections; its last reports are heard before this returns. */
  end(): void {
    this.#closeIntake();
    this.#spares?.close();
    this.#control.close();
    this.#reap(1);
  }

  /** A pump ends as soon as its control socket closes; nothing waits for it. */
  #reap(pause: number): void {
    if (reapIfEnded(this.#pump.process.pid) === undefined) {
      setTimeout(() => this.#reap(Math.min(2 * pause, 1000)), pause).unref();
      return;
    }
    closeSync(this.#pump.process.pidfd);
  }
}
