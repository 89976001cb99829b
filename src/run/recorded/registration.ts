import { ownEntryPath, registryFolder, removeEntry, writeEntry } from '../../control/registry.ts';
import { packPlan } from '../../plan/pack-plan.ts';
import type { Plan } from '../../plan/plan-types.ts';
import { firstProcess } from '../../process/first-process.ts';
import type { ControlSources } from './control-service.ts';

/** The time for which a program must run until its command can be asked about it, in milliseconds. */
const SOON = 1000;

/** The entry of a program among those that run, for `cloudabi ps` and `inspect`. */
export class Registration {
  readonly #command: string;
  readonly #plan: Plan;
  readonly #began = Date.now();
  #entry: string | undefined;
  #path: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #close = (): void => undefined;

  constructor(command: string, plan: Plan) {
    this.#command = command;
    this.#plan = plan;
  }

  /**
   * Writes an entry for a command that only waits from now on, in the place of one with a socket, which is closed.
   *
   * @param first The id of the first process of the program.
   * @returns Its path, to be removed at the end of the program.
   */
  write(first: number): string | undefined {
    const before = this.#path;
    const path = this.#write(first, undefined);
    // In this order: a reader who finds nothing at the socket finds the entry without it.
    this.#close();
    this.#close = () => undefined;
    if (path === undefined && before !== undefined) removeEntry(before);
    return path;
  }

  /** Writes an entry and serves a socket when the program has run for a while. */
  serveSoon(sources: ControlSources): void {
    this.#timer = setTimeout(() => void this.#serve(sources), SOON);
    this.#timer.unref();
  }

  /** The program has ended. */
  end(): void {
    clearTimeout(this.#timer);
    this.#close();
    if (this.#path !== undefined) removeEntry(this.#path);
    this.#path = undefined;
  }

  #write(first: number | undefined, socket: string | undefined): string | undefined {
    const { command, program } = this.#plan;
    const path = this.#own();
    if (path === undefined) return undefined;
    try {
      writeEntry(
        path,
        {
          first,
          command: this.#command,
          path: program.path,
          arguments: command?.arguments.slice(1) ?? [],
          began: this.#began,
          socket,
        },
        packPlan(this.#plan),
      );
    } catch {
      // A full or read-only folder keeps no program from running.
      return undefined;
    }
    this.#path = path;
    return path;
  }

  /** The path of its entry, which is the same for all that belongs to it. */
  #own(): string | undefined {
    const folder = registryFolder();
    this.#entry ??= folder && ownEntryPath(folder);
    return this.#entry;
  }

  async #serve(sources: ControlSources): Promise<void> {
    const path = this.#own();
    if (path === undefined) return;
    const { ControlService } = await import('./control-service.ts');
    const first = firstProcess(sources.program);
    if (first === undefined) return;
    try {
      const service = new ControlService(`${path}.sock`, sources);
      this.#close = () => service.close();
    } catch {
      this.#write(first, undefined);
      return;
    }
    this.#write(first, `${path}.sock`);
  }
}
