import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { close } from '../host/files/files.ts';
import { openProcess } from '../host/processes/process-info.ts';
import type { Plan } from '../plan/plan-types.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Running } from './handle.ts';
import { reasonReported } from './node-reason.ts';
import type { LaunchOptions } from './options.ts';
import { ReportStream } from './report-stream.ts';
import { atLimit } from './wall-clock.ts';

/** A process of Node's that was started as any program of Node starts another. */
export class NodeChild implements Running {
  readonly exited: Promise<ExitReason>;
  readonly #child: ChildProcess;
  readonly #plan: Plan;
  readonly #reports: ReportStream | undefined;
  #ended = false;
  /** The reason for which we have killed it. */
  #killedFor: ExitReason | undefined;
  /** The host's descriptor of the process. Opened before it can have been waited for, when its id is still its own. */
  #descriptor: number | undefined;

  /** @param reports The reports of the process; `undefined` for one that could not be started. */
  constructor(
    plan: Plan,
    child: ChildProcess,
    reports: Readable | undefined,
    { onRefused }: Pick<LaunchOptions, 'onRefused'>,
  ) {
    this.#child = child;
    this.#plan = plan;
    if (child.pid !== undefined) {
      const descriptor = openProcess(child.pid);
      if (descriptor >= 0) this.#descriptor = descriptor;
    }
    const stopClock = atLimit(plan.limits.wallClock, () => this.end({ kind: 'limit', limit: 'wall_clock' }));
    this.#reports = reports && new ReportStream(reports, plan, onRefused, (reason) => this.end(reason));
    this.exited = new Promise((resolve) => {
      const finish = (reason: ExitReason): void => {
        this.#ended = true;
        if (this.#descriptor !== undefined) close(this.#descriptor);
        this.#descriptor = undefined;
        stopClock();
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

  get descriptor(): number | undefined {
    return this.#descriptor;
  }

  end(reason: ExitReason): void {
    if (this.#ended) return;
    this.#killedFor ??= reason;
    this.#child.kill('SIGKILL');
  }

  signal(signal: NodeJS.Signals): boolean {
    // Node that is about to start would take it for a wish to be debugged. To the program it means the end.
    if (signal === 'SIGUSR1' && !this.#ended) {
      this.end({ kind: 'signaled', signal });
      return true;
    }
    return !this.#ended && this.#child.kill(signal);
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
