import type { ExitReason } from './exit-reason.ts';
import type { LaunchOptions } from './options.ts';
import type { Process } from './process.ts';
import { setDescriptor } from './process-resource.ts';
import type { ProgramNetwork } from './program-network.ts';
import type { ProgramPolicy } from './program-policy.ts';
import type { ProgramTerminal } from './terminal.ts';

/** A program as it runs on the host, apart from its handle. */
export type Running = {
  /** The reason of its end, once it has ended and all that it reported has been passed on. Never rejects. */
  readonly exited: Promise<ExitReason>;
  /** Host descriptor of its process; `undefined` once that has ended. */
  readonly descriptor: number | undefined;
  /** Ends it and all it has started, for that reason. Does nothing when it has ended. */
  end(reason: ExitReason): void;
  /** As `Process.signal`. */
  signal(name: NodeJS.Signals): boolean;
};

/** Kills programs whose handle has been garbage-collected. */
const abandoned = new FinalizationRegistry<Running>((running) => running.end({ kind: 'killed' }));

/** The handle of a program. The program ends when its handle is collected, unless its end was asked for. */
export class Handle implements Process {
  readonly terminal?: ProgramTerminal;
  readonly network?: ProgramNetwork;
  readonly policy?: ProgramPolicy;
  readonly #running: Running;
  readonly #notAsked: () => number;

  /** @param running It must not lead to the handle, which would never be let go of then. */
  constructor(
    running: Running,
    { signal }: Pick<LaunchOptions, 'signal'>,
    terminal?: ProgramTerminal,
    network?: ProgramNetwork,
    notAsked: () => number = () => network?.notAsked ?? 0,
    policy?: ProgramPolicy,
  ) {
    this.#notAsked = notAsked;
    this.#running = running;
    if (terminal !== undefined) this.terminal = terminal;
    if (network !== undefined) this.network = network;
    if (policy !== undefined) this.policy = policy;
    setDescriptor(this, () => running.descriptor);
    abandoned.register(this, running, running);
    const onAbort = (): void => running.end({ kind: 'killed' });
    signal?.addEventListener('abort', onAbort, { once: true });
    void running.exited.then(() => {
      signal?.removeEventListener('abort', onAbort);
      abandoned.unregister(running);
    });
  }

  get exited(): Promise<ExitReason> {
    // Its end is waited for: the program is not abandoned, even if the handle is.
    abandoned.unregister(this.#running);
    return this.#running.exited;
  }

  get notAsked(): number {
    return this.#notAsked();
  }

  kill(): void {
    this.#running.end({ kind: 'killed' });
  }

  signal(signal: NodeJS.Signals): boolean {
    return this.#running.signal(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#running.exited;
  }
}

/** Makes the stand-in for a program that could not be started. */
export function notStarted(error: Error & { readonly code?: string }): Running {
  const { code = 'cannot_start', message } = error;
  return {
    exited: Promise.resolve({ kind: 'failed', code, message }),
    descriptor: undefined,
    end: () => undefined,
    signal: () => false,
  };
}
