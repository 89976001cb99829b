import type { PlannedLinux } from '../../plan/linux/planned.ts';
import type { LaunchOptions } from '../../process/options.ts';
import { ProgramTerminal } from '../../process/terminal.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { PublishedPorts } from './publish.ts';

/** The things beside a running program on the host's side: its terminal, and the ports that lead to it. */
export class Beside {
  readonly terminal: ProgramTerminal | undefined;
  readonly #ports: PublishedPorts | undefined;

  /** @throws ResourceError when a port is taken or there is no terminal to give; nothing stays open then. */
  constructor({ network, terminal }: PlannedLinux, options: Pick<LaunchOptions, 'terminal'>) {
    const published = network.mode === 'loopback' || network.mode === 'hosts' ? network.publish : [];
    this.#ports = published.length === 0 ? undefined : new PublishedPorts(published);
    try {
      this.terminal = terminal ? new ProgramTerminal(options.terminal) : undefined;
    } catch (error) {
      this.#ports?.close();
      throw new ResourceError(`Cannot make a terminal: ${reasonOf(error)}`, undefined, 'terminal');
    }
  }

  /**
   * The program was started.
   *
   * @param pid Host process id of its first process.
   * @param onFailure Called when its ports cannot be published.
   */
  begin(pid: number, onFailure: (reason: string) => void): void {
    this.terminal?.handOver();
    this.#ports?.lead(pid, onFailure);
  }

  /** The program has ended; what it printed last can still be read from its terminal, which closes then. */
  end(): void {
    this.#ports?.close();
  }

  /** The program was not started. */
  close(): void {
    this.#ports?.close();
    this.terminal?.close();
  }
}
