import { closeSync } from 'node:fs';
import { reapIfEnded } from '../host/processes/spawn.ts';
import { type ControlEvents, PumpControl } from '../host/pump/control.ts';
import { type StartedPump, startPump } from '../host/pump/start.ts';

/** The process that carries a program's connections, from its start to its end. */
export class PumpProcess {
  readonly #pump: StartedPump;
  readonly #control: PumpControl;
  #intake: number | undefined;

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

  /** The host descriptor through which the sockets of the program's network go to it, until `closeIntake`. */
  get intake(): number {
    if (this.#intake === undefined) throw new Error('The network was handed over already');
    return this.#intake;
  }

  /** Closes our end of the intake. */
  closeIntake(): void {
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

  /** Ends it, and with it all connections; its last reports are heard before this returns. */
  end(): void {
    this.closeIntake();
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
