import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { makePipe } from '../host/files/new-descriptors.ts';
import { formatConnectionRefusal } from '../network/refusal.ts';
import type { Plan } from '../plan/plan.ts';
import { describeExit, type ExitReason } from '../process/exit-reason.ts';
import type { LaunchOptions } from '../process/options.ts';
import type { Process } from '../process/process.ts';
import { formatRefusal } from '../process/refusal.ts';
import { launchPlan } from '../run/launch.ts';
import type { GraphProgram } from './graph-types.ts';
import { type GraphRefusal, mendOfConnection, mendOfOperation } from './mend.ts';
import type { ArrowPlaces } from './places.ts';
import type { ProgramLog } from './program-log.ts';
import { waitForHttp, waitForSocket } from './readiness.ts';
import type { Wiring } from './wiring.ts';

/** The surroundings of an instance. */
export type InstanceContext = {
  readonly wiring: () => Wiring;
  readonly places: ArrowPlaces;
  readonly log: ProgramLog;
  /** Called for each operation of the program that was refused. */
  readonly onRefused: (refusal: GraphRefusal) => void;
  readonly launchOptions: Pick<LaunchOptions, 'accept' | 'walls'>;
};

/** The life of an instance. */
export type InstanceState = 'starting' | 'ready' | 'stopping' | 'ended';

/** A running process of a program, from its start to its end. */
export class ProgramInstance {
  readonly program: GraphProgram;
  readonly replica: number;
  readonly process: Process;
  readonly began = new Date();
  /** Resolves at its end, when all that it printed is in the log. */
  readonly ended: Promise<ExitReason>;
  /** Resolves with the reason why it is not ready, or `undefined` when it is. Never rejects. */
  readonly ready: Promise<string | undefined>;
  state: InstanceState = 'starting';
  /** True if its end is one that we have asked for. */
  wasAskedToStop = false;
  #stop: number | undefined;

  /**
   * Starts the program.
   *
   * @throws ResourceError: nothing was started.
   */
  constructor(program: GraphProgram, replica: number, plan: Plan, context: InstanceContext) {
    this.program = program;
    this.replica = replica;
    const { log, wiring } = context;
    const name = program.name;
    const opened: number[] = [];
    const logs: Promise<void>[] = [];
    let sign: Socket | undefined;
    for (const end of program.ends) {
      const { purpose } = end;
      switch (purpose.kind) {
        case 'client':
          end.provide(() => wiring().connect({ name: purpose.arrow }));
          break;
        case 'listener':
          end.provide(() => wiring().listener(purpose.arrow));
          break;
        case 'pipe':
          end.provide(() => wiring().pipe(purpose.arrow, purpose.end));
          break;
        case 'memory':
          end.provide(() => wiring().memory(purpose.arrow));
          break;
        case 'log':
          end.provide(() => {
            const { read, write } = makePipe();
            logs.push(log.follow(read, { program: name, replica, stream: purpose.stream }));
            return write;
          });
          break;
        case 'ready':
          end.provide(() => {
            const { read, write } = makePipe();
            sign = new Socket({ fd: read, readable: true, writable: false });
            return write;
          });
          break;
        case 'stop':
          end.provide(() => {
            const { read, write } = makePipe();
            opened.push(write);
            return read;
          });
          break;
      }
    }
    try {
      this.process = launchPlan(plan, { ...context.launchOptions, ...noting(plan, context) });
    } catch (error) {
      for (const descriptor of opened) closeSync(descriptor);
      sign?.destroy();
      throw error;
    }
    [this.#stop] = opened;
    this.ended = this.#end(logs);
    this.ready = this.#becomeReady(sign, context);
  }

  async #end(logs: readonly Promise<void>[]): Promise<ExitReason> {
    const reason = await this.process.exited;
    this.state = 'ended';
    this.#closeStop();
    await Promise.all(logs);
    return reason;
  }

  async #becomeReady(sign: Socket | undefined, context: InstanceContext): Promise<string | undefined> {
    const { ready, readyWithin } = this.program;
    const over = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`It was not ready within ${readyWithin} ms`), readyWithin);
    });
    const gone = this.ended.then((reason) => `It has ended before it was ready: ${describeExit(reason)}`);
    const signed = waitForSign(ready.kind === 'descriptor' ? sign : undefined);
    const shown = this.#shown(context, over.signal);
    try {
      const problem = await Promise.race([ready.kind === 'descriptor' ? signed : shown, late, gone]);
      if (problem === undefined && this.state === 'starting') this.state = 'ready';
      return problem;
    } finally {
      clearTimeout(timer);
      over.abort();
      sign?.destroy();
    }
  }

  async #shown({ wiring, places }: InstanceContext, signal: AbortSignal): Promise<undefined> {
    const { ready } = this.program;
    if (ready.kind === 'http')
      await waitForHttp(
        ready.path,
        wiring().addressOf({ name: ready.arrow }) ?? places.socketOf({ name: ready.arrow }),
        signal,
      );
    if (ready.kind === 'socket')
      for (const arrow of ready.arrows) await waitForSocket(this.#insideOf(arrow, places), signal);
    return undefined;
  }

  #insideOf(arrow: string, places: ArrowPlaces): string {
    const use = this.program.uses.find((one) => one.arrow.name === arrow)?.arrow;
    const socket = use?.kind === 'connection' ? (use.socket ?? '') : '';
    return `${places.insideOf({ name: arrow })}/${socket}`;
  }

  /** Asks it to stop, and kills it when it does not. Resolves at its end. */
  async stop(): Promise<ExitReason> {
    if (this.state !== 'ended') {
      this.state = 'stopping';
      this.wasAskedToStop = true;
    }
    const asked = this.#stop !== undefined;
    this.#closeStop();
    if (!asked) this.process.signal(this.program.stopSignal);
    const timer = setTimeout(() => this.process.kill(), this.program.stopWithin);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  #closeStop(): void {
    if (this.#stop !== undefined) closeSync(this.#stop);
    this.#stop = undefined;
  }
}

/**
 * Reports refusals of the program. Node would be watched by replacing functions of it, which costs time: of programs in
 * TypeScript, connections alone are reported.
 */
function noting({ kind }: Plan, { onRefused }: InstanceContext): LaunchOptions {
  return {
    ...(kind === 'wasm' && {
      onRefused: (refusal) => onRefused({ text: formatRefusal(refusal), mend: mendOfOperation(refusal) }),
    }),
    onRefusedConnection: (refusal) =>
      onRefused({ text: formatConnectionRefusal(refusal, 'yaml'), mend: mendOfConnection(refusal) }),
    onRefusedAccess: ({ category, path, rule }) =>
      onRefused({ text: `${category} of '${path}' refused by the rule '${rule.text}'`, mend: undefined }),
  };
}

/** Waits until something comes through a pipe; never resolves when it ends without. */
function waitForSign(sign: Socket | undefined): Promise<undefined> {
  return new Promise((resolve) => {
    sign?.on('error', () => sign.destroy());
    sign?.once('data', () => resolve(undefined));
  });
}
