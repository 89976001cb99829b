import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { close } from '../host/files/files.ts';
import { openProcess } from '../host/processes/process-info.ts';
import type { ExitReason } from './exit-reason.ts';
import type { LaunchOptions, Process } from './launch.ts';
import { reasonReported } from './node/reason.ts';
import type { Plan } from './plan-types.ts';
import { setDescriptor } from './process-resource.ts';
import { Reports } from './reports.ts';

/** Node's timers cannot wait longer, in milliseconds. */
const LONGEST_TIMER = 0x7fffffff;

/** A process of Node's that was started as any program of Node starts another. */
export class Launched implements Process {
  readonly exited: Promise<ExitReason>;
  readonly #child: ChildProcess;
  readonly #plan: Plan;
  readonly #reports: Reports | undefined;
  #ended = false;
  /** Why we have killed it. */
  #killedFor: ExitReason | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The host's descriptor of the process. Opened before anybody can have waited for it, when its id is still its own. */
  #descriptor: number | undefined;

  /** @param reports What the process reports; `undefined` for one that could not be started. */
  constructor(
    plan: Plan,
    child: ChildProcess,
    reports: Readable | undefined,
    { signal, onRefused }: LaunchOptions,
  ) {
    this.#child = child;
    this.#plan = plan;
    if (child.pid !== undefined) {
      const descriptor = openProcess(child.pid);
      if (descriptor >= 0) this.#descriptor = descriptor;
    }
    setDescriptor(this, () => this.#descriptor);
    const onAbort = (): void => this.kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (plan.limits.wallClock !== undefined) this.#watchClock(plan.limits.wallClock);
    this.#reports = reports && new Reports(reports, plan, onRefused, (reason) => this.#killFor(reason));
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
      child.once('close', async (code, ended) => {
        await this.#reports?.ended;
        finish(this.#reason(code, ended));
      });
    });
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

  #reason(status: number | null, signal: NodeJS.Signals | null): ExitReason {
    if (signal === 'SIGKILL' && this.#killedFor !== undefined) return this.#killedFor;
    return reasonReported(
      this.#plan,
      signal === null ? { kind: 'exited', code: status ?? 0 } : { kind: 'signaled', signal },
      this.#reports?.last,
    );
  }
}
