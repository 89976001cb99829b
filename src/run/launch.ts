import type { ChildProcess, StdioOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Mechanism } from '../gates/confinement.ts';
import type { Walls } from '../gates/linux/world.ts';
import { close } from '../host/files.ts';
import { openProcess } from '../host/process-info.ts';
import { STANDARD_STREAMS } from '../host/standard-streams.ts';
import type { Resource } from '../resources/resource.ts';
import type { ExitReason } from './exit-reason.ts';
import { launchLinux, linuxResource } from './linux/launch.ts';
import type { ProgramTerminal, TerminalOptions } from './linux/terminal.ts';
import { startNodeBinary } from './node-binary.ts';
import { grantedStreams } from './node-streams.ts';
import { plan as makePlan, openPlan } from './plan.ts';
import type { Limits, Plan } from './plan-types.ts';
import { ProcessResource } from './process-resource.ts';
import { explainRefusal, type Refusal } from './refusal.ts';
import { type Report, ReportReader } from './report.ts';
import { writeStartFile } from './start-file.ts';

/** How to launch. */
export type LaunchOptions = {
  /** Limits on the process; those of a `command()` count too, the smaller one wins. None by default. */
  readonly limits?: Limits;
  /** Path of an adapter for a module that needs more than WASI (see `WasmAdapter`). */
  readonly adapter?: string;
  /**
   * Packages with native addons that a program in TypeScript or JavaScript may load. They are loaded before the walls
   * are up, and so is all their code that runs then.
   */
  readonly addons?: readonly string[];
  /** Packages that such a program does without, as if they were not installed. */
  readonly without?: readonly string[];
  /** Mechanisms that this host may lack. None by default: the process fails with `missing_mechanism`. */
  readonly accept?: readonly Mechanism[];
  /** Ends the process when it is aborted. */
  readonly signal?: AbortSignal;
  /** What holds a Linux program: `landlock` does without namespaces even where there are some. `all` by default. */
  readonly walls?: Walls;
  /** What the terminal is like of a program that is planned to have one. */
  readonly terminal?: TerminalOptions;
  /** Called for every operation that the program tried and was refused. Without it, none is reported. */
  readonly onRefused?: (refusal: Refusal) => void;
};

/** A process that was started. Whoever drops it without waiting should dispose of it: that ends the process. */
export type Process = {
  /** Why the process has ended, once it has and all that it reported has been passed on. Never rejects. */
  readonly exited: Promise<ExitReason>;
  /** The other end of its terminal, for a Linux program that was given one. */
  readonly terminal?: ProgramTerminal;
  /** Ends the process, whatever it is doing. */
  kill(): void;
  /**
   * Sends the process a signal. WebAssembly programs cannot catch signals: most end them, as their default action is.
   *
   * @returns False when the process has ended already, or for SIGSTOP to a Linux program, which cannot be passed on.
   */
  signal(signal: NodeJS.Signals): boolean;
  /** Ends the process and waits until it is gone. */
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts a program with exactly what its argdata names. Any number may run at once.
 *
 * The process lives no longer than the thread that launched it: when that ends, so does the process.
 *
 * @param program Path of the program.
 * @param argdata A tree of values with resources as leaves, or a `command()`.
 * @throws ConfigurationError, ProgramError: nothing was opened.
 * @throws ResourceError: something could not be opened; nothing stays open.
 * @throws The reason of `options.signal` when it is aborted already.
 *
 * @example
 * ```ts
 * await using process = launch('hello.wasm', new Map([['output', fd('stdout')]]));
 * console.log(await process.exited); // { kind: 'exited', code: 0, … }
 * ```
 */
export function launch(program: string, argdata: unknown, options: LaunchOptions = {}): Process {
  return launchPlan(makePlan(program, argdata, options), options);
}

/**
 * Starts what a plan says. `options.limits` have no effect here: the plan has its own.
 *
 * @throws ResourceError: something could not be opened; nothing stays open.
 * @throws The reason of `options.signal` when it is aborted already.
 */
export function launchPlan(plan: Plan, options: LaunchOptions = {}): Process {
  options.signal?.throwIfAborted();
  if (plan.linux !== undefined) return launchLinux(plan, plan.linux, options);
  return new Launched(plan, startChild(plan, options), options);
}

/**
 * A process to be handed to another program, which can wait for its end (`poll` of CloudABI, event `proc_terminate`;
 * `ProcessDescriptor` in TypeScript) and can do nothing else to it. It must not have ended when the other program is launched.
 *
 * @throws TypeError for what `launch` has not returned.
 */
export function processDescriptor(process: Process): Resource {
  const resource = process instanceof Launched ? process.resource() : linuxResource(process);
  if (resource === undefined) throw new TypeError('processDescriptor() expects what launch() has returned');
  return resource;
}

function startChild(plan: Plan, { accept = [], onRefused }: LaunchOptions): ChildProcess {
  const opened = openPlan(plan);
  const { descriptors, argdata } = opened;
  let child: ChildProcess;
  try {
    const { command, limits, program } = plan;
    // Programs in TypeScript write to the console, and Node prints their errors, where these streams were granted.
    const streams =
      program.kind === 'node' && command === undefined ? grantedStreams(descriptors) : NO_STREAMS;
    const startFile = writeStartFile(
      {
        parent: process.pid,
        descriptors: descriptors.map(({ host: _, ...rest }) => rest),
        command: command && {
          arguments: command.arguments,
          environment: [...command.environment],
          preopens: [...command.preopens],
        },
        memoryLimit: limits.memory,
        threadLimit: limits.threads,
        adapter: plan.adapter,
        accept,
        streams: STANDARD_STREAMS.filter((stream) => streams[stream] !== -1),
        path: program.path,
        trace: onRefused !== undefined,
      },
      argdata,
      program.bytes,
    );
    try {
      // The order is that of `Inherited`.
      const stdio: StdioOptions = [
        ...streams.map((index) => descriptors[index]?.host ?? 'ignore'),
        startFile,
        'pipe',
      ];
      stdio.push(...descriptors.map(({ host }) => host));
      child = startNodeBinary(program.kind === 'node' ? 'node' : 'wasm', stdio);
    } finally {
      closeSync(startFile);
    }
  } catch (error) {
    opened.abandon();
    throw error;
  }
  if (child.pid === undefined) opened.abandon();
  else opened.close();
  return child;
}

/** No standard stream was granted. */
const NO_STREAMS: readonly number[] = [-1, -1, -1];

/** Node's timers cannot wait longer, in milliseconds. */
const LONGEST_TIMER = 0x7fffffff;

class Launched implements Process {
  readonly exited: Promise<ExitReason>;
  readonly #child: ChildProcess;
  #ended = false;
  /** Why we have killed it. */
  #killedFor: ExitReason | undefined;
  /** The last word of the process itself. */
  #lastReport: Exclude<Report, { is: 'refused' }> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The host's descriptor of the process. Opened before anybody can have waited for it, when its id is still its own. */
  #descriptor: number | undefined;
  /** The signals that mean that V8 has got no more memory. */
  readonly #outOfMemory: ReadonlySet<NodeJS.Signals>;

  constructor(plan: Plan, child: ChildProcess, { signal, onRefused }: LaunchOptions) {
    this.#child = child;
    const limited = plan.program.kind === 'node' && plan.limits.memory !== undefined;
    this.#outOfMemory = new Set(limited ? ['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV'] : []);
    if (child.pid !== undefined) {
      const descriptor = openProcess(child.pid);
      if (descriptor >= 0) this.#descriptor = descriptor;
    }
    const onAbort = (): void => this.kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (plan.limits.wallClock !== undefined) this.#watchClock(plan.limits.wallClock);
    this.#readReports(plan, onRefused);
    this.exited = new Promise((resolve) => {
      const finish = (reason: ExitReason): void => {
        this.#ended = true;
        if (this.#descriptor !== undefined) close(this.#descriptor);
        this.#descriptor = undefined;
        clearTimeout(this.#timer);
        signal?.removeEventListener('abort', onAbort);
        resolve(reason);
      };
      child.once('error', (error) => {
        // Also comes when a signal cannot be sent; only a child without a process id has not begun.
        if (child.pid === undefined) {
          finish({
            kind: 'failed',
            code: 'cannot_start',
            message: `Cannot start a process: ${error.message}`,
          });
        }
      });
      child.once('close', (code, ended) => finish(this.#reason(code, ended)));
    });
  }

  /** A resource that stands for this process. */
  resource(): Resource {
    return new ProcessResource(() => this.#descriptor);
  }

  kill(): void {
    this.#killFor({ kind: 'killed' });
  }

  signal(signal: NodeJS.Signals): boolean {
    return !this.#ended && this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.exited;
  }

  #killFor(reason: ExitReason): void {
    if (this.#ended) return;
    this.#killedFor ??= reason;
    this.#child.kill('SIGKILL');
  }

  #watchClock(left: number): void {
    const wait = Math.min(left, LONGEST_TIMER);
    this.#timer = setTimeout(() => {
      if (left > wait) this.#watchClock(left - wait);
      else this.#killFor({ kind: 'limit', limit: 'wall_clock' });
    }, wait);
  }

  #readReports(plan: Plan, onRefused: LaunchOptions['onRefused']): void {
    const stream = this.#child.stdio[4];
    if (stream === null || stream === undefined || !('setEncoding' in stream)) return;
    const reader = new ReportReader();
    stream.setEncoding('utf8');
    stream.on('error', () => undefined);
    stream.on('data', (chunk: string) => {
      for (const report of reader.read(chunk)) {
        if (report === undefined) {
          this.#killFor({
            kind: 'failed',
            code: 'bad_report',
            message: 'The process reported what none of ours would, and was killed',
          });
          return;
        }
        if (report.is === 'refused') onRefused?.(explainRefusal(plan, report.refusal));
        else this.#lastReport = report;
      }
    });
  }

  #reason(status: number | null, signal: NodeJS.Signals | null): ExitReason {
    const report = this.#lastReport;
    if (signal === 'SIGKILL' && this.#killedFor !== undefined) return this.#killedFor;
    if (signal !== null) {
      return this.#outOfMemory.has(signal)
        ? { kind: 'limit', limit: 'memory' }
        : { kind: 'signaled', signal };
    }
    switch (report?.is) {
      case 'failed':
        if (report.code === 'memory_limit') return { kind: 'limit', limit: 'memory' };
        return { kind: 'failed', code: report.code, message: report.message };
      case 'trapped':
        return { kind: 'trapped', message: report.message, ...(report.usage && { usage: report.usage }) };
      case 'exited':
        return { kind: 'exited', code: report.code, ...(report.usage && { usage: report.usage }) };
      default:
        return {
          kind: 'failed',
          code: 'lost',
          message: `The process ended with status ${status} and without a word`,
        };
    }
  }
}
