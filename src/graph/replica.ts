import type { Plan } from '../plan/plan.ts';
import { describeExit, type ExitReason } from '../process/exit-reason.ts';
import type { GraphProgram } from './graph-types.ts';
import { type InstanceContext, ProgramInstance } from './instance.ts';

/** Numbers about a replica, since the graph was started. */
export type ReplicaCounts = {
  starts: number;
  /** Ends that nothing of ours has asked for. */
  failures: number;
  refusals: number;
  /** Milliseconds of processor time of the instances that have ended. */
  cpuTime: number;
};

/** The surroundings of a replica. */
export type ReplicaContext = InstanceContext & {
  /** Plans the program for another start: its files may have changed. */
  readonly replan: (program: GraphProgram) => Plan;
  /** Called when a replica has ended for good. */
  readonly onOver: () => void;
};

/** Milliseconds before a program that has ended is started again: doubled with each end, and forgotten after a while. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;
const FORGOTTEN = 10_000;

/** The life of a replica. */
export type ReplicaState = 'starting' | 'ready' | 'stopping' | 'waiting' | 'finished' | 'stopped';

/** One of the replicas of a program: its instance, and those that come after it. */
export class Replica {
  readonly number: number;
  readonly counts: ReplicaCounts = { starts: 0, failures: 0, refusals: 0, cpuTime: 0 };
  /** The last end, for people. */
  lastEnd: string | undefined;
  #program: GraphProgram;
  #plan: Plan | undefined;
  readonly #context: ReplicaContext;
  #instance: ProgramInstance | undefined;
  #pause = FIRST_PAUSE;
  #timer: NodeJS.Timeout | undefined;
  #replacing = false;
  #over: 'finished' | 'stopped' | undefined;

  constructor(program: GraphProgram, number: number, plan: Plan, context: ReplicaContext) {
    this.#program = program;
    this.number = number;
    this.#plan = plan;
    this.#context = context;
  }

  get program(): GraphProgram {
    return this.#program;
  }

  get instance(): ProgramInstance | undefined {
    return this.#instance;
  }

  get state(): ReplicaState {
    if (this.#over !== undefined) return this.#over;
    const state = this.#instance?.state;
    return state === undefined || state === 'ended' ? 'waiting' : state;
  }

  /** Starts it. Resolves with the reason why it is not ready, or `undefined` when it is. */
  async start(): Promise<string | undefined> {
    this.#over = undefined;
    try {
      const instance = this.#launch();
      return await instance.ready;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#ended(undefined, reason);
      return reason;
    }
  }

  /**
   * Puts a new instance in the place of the old one.
   *
   * @param together True if both may run at once: the old one stops when the new one is ready.
   * @returns The reason why the new one is not ready; the old one runs on then, if it still does.
   */
  async replace(program: GraphProgram, plan: Plan, together: boolean): Promise<string | undefined> {
    clearTimeout(this.#timer);
    const old = this.#instance;
    this.#plan = plan;
    if (!together || old === undefined || old.state === 'ended') {
      this.#instance = undefined;
      await old?.stop();
      this.#program = program;
      return this.start();
    }
    const before = this.#program;
    this.#program = program;
    this.#replacing = true;
    let next: ProgramInstance | undefined;
    let problem: string | undefined;
    try {
      next = this.#launch();
      problem = await next.ready;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#replacing = false;
    }
    if (problem === undefined) {
      await old.stop();
      return undefined;
    }
    this.#program = before;
    this.#instance = old;
    if (next !== undefined && next.state !== 'ended') await next.stop();
    if (hasEnded(old)) this.#ended(undefined, problem);
    return problem;
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#over = 'stopped';
    const instance = this.#instance;
    await instance?.stop();
  }

  #launch(): ProgramInstance {
    const plan = this.#plan ?? this.#context.replan(this.#program);
    // The plan is for one start: the files that it has checked may be others at the next.
    this.#plan = undefined;
    const instance = new ProgramInstance(this.#program, this.number, plan, {
      ...this.#context,
      onRefused: (line) => {
        this.counts.refusals++;
        this.#context.onRefused(line);
      },
    });
    this.counts.starts++;
    this.#instance = instance;
    void instance.ended.then((reason) => {
      if ('usage' in reason && reason.usage !== undefined) this.counts.cpuTime += reason.usage.cpuTime;
      if (this.#instance === instance && !this.#replacing && !instance.wasAskedToStop)
        this.#ended(instance, reason);
    });
    return instance;
  }

  /** It has ended by itself, or was not started: it is started again as its policy says. */
  #ended(instance: ProgramInstance | undefined, end: ExitReason | string): void {
    const text = typeof end === 'string' ? end : describeExit(end);
    this.lastEnd = text;
    const failed = typeof end === 'string' || end.kind !== 'exited' || end.code !== 0;
    if (failed) this.counts.failures++;
    this.#say(text);
    if (this.#over !== undefined) return;
    const { restart } = this.#program;
    if (restart === 'never' || (restart === 'on_failure' && !failed)) {
      this.#over = 'finished';
      this.#context.onOver();
      return;
    }
    if (instance !== undefined && Date.now() - instance.began.getTime() > FORGOTTEN)
      this.#pause = FIRST_PAUSE;
    const pause = this.#pause;
    this.#pause = Math.min(pause * 2, LONGEST_PAUSE);
    this.#timer = setTimeout(() => void this.start(), pause);
  }

  #say(text: string): void {
    const { name } = this.#program;
    this.#context.log.add({ time: new Date(), program: name, replica: this.number, stream: 'graph', text });
  }
}

function hasEnded({ state }: ProgramInstance): boolean {
  return state === 'ended';
}
