import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { asUser, NOBODY } from '../../tests/frame/other-user.ts';
import type { Attempt } from '../frame/corpus.ts';
import type { Observation, Runner, World } from '../frame/runner.ts';
import type { Answer, Job } from './linux-job.ts';
import { startOf } from './linux-programs.ts';

const launcherFile = fileURLToPath(new URL('linux-launcher.js', import.meta.url));

/** Number of programs of one user that run at once. */
const AT_ONCE = 3;

const isRoot = process.getuid?.() === 0;

const worlds: readonly World[] = [
  { name: 'walls-root', proves: true, root: true },
  { name: 'walls-user', proves: true, root: false },
  // With the base system, in a copy of a root that other programs have, too (worlds/template.ts).
  { name: 'walls-template', proves: false, root: true },
  { name: 'landlock-root', proves: false, root: true },
  { name: 'landlock-user', proves: false, root: false },
];

/** Observation of an attempt that was under way, or came after, when a launcher died. */
const KILLED: Observation = {
  kind: 'seen',
  attempt: 'nothing',
  twin: 'nothing',
  evidence: ['the launcher was killed'],
  output: '',
};

/** A process that launches for one user. */
class Launcher {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (observation: Observation) => void>();
  readonly #queue: Job[] = [];
  #next = 0;
  #leftovers: readonly string[] | undefined;

  /** @param before Words before the command that start it as another user. */
  constructor(before: readonly string[]) {
    const [command = '', ...rest] = [...before, process.execPath, launcherFile];
    this.#child = spawn(command, rest, { env: { PATH: process.env['PATH'] } });
    this.#child.stderr.pipe(process.stderr);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
    this.#child.on('exit', () => this.#giveUp());
  }

  run(job: Omit<Job, 'id'>): Promise<Observation> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve(KILLED);
    return new Promise((resolve) => {
      const id = this.#next++;
      this.#waiting.set(id, resolve);
      this.#queue.push({ ...job, id });
      this.#hand();
    });
  }

  /** Tells it to end; returns what it left behind. */
  close(): Promise<readonly string[]> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return Promise.resolve(['the launcher was killed']);
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve(this.#leftovers ?? ['the launcher was killed']));
      this.#child.stdin.end();
    });
  }

  #hand(): void {
    while (this.#queue.length > 0 && this.#waiting.size - this.#queue.length < AT_ONCE) {
      this.#child.stdin.write(`${JSON.stringify(this.#queue.shift())}\n`);
    }
  }

  #take(answer: Answer): void {
    if ('leftovers' in answer) {
      this.#leftovers = answer.leftovers;
      return;
    }
    this.#waiting.get(answer.id)?.(answer.observation);
    this.#waiting.delete(answer.id);
    this.#hand();
  }

  #giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve(KILLED);
    this.#waiting.clear();
  }
}

/** Makes attempts in native programs and scripts, as root and as an ordinary user. */
export class LinuxRunner implements Runner {
  readonly kind = 'linux';
  readonly worlds: readonly World[] = worlds;
  readonly #launchers = new Map<string, Launcher>();
  /** Root can also act as the user `nobody`. */
  readonly #nobody = isRoot ? asUser(NOBODY) : { words: [] };

  run(attempt: Attempt, world: string): Promise<Observation> {
    return this.#run(attempt, world, world.startsWith('walls') ? 'all' : 'landlock');
  }

  runUnconfined(attempt: Attempt, world: string): Promise<Observation> {
    return this.#run(attempt, world, 'none');
  }

  async close(): Promise<readonly string[]> {
    const left = await Promise.all([...this.#launchers.values()].map((launcher) => launcher.close()));
    return left.flat();
  }

  async #run(attempt: Attempt, world: string, walls: Job['walls']): Promise<Observation> {
    const unprivileged = world.endsWith('user');
    if (!unprivileged && !isRoot) return { kind: 'skipped', reason: 'this is an ordinary user' };
    const user = unprivileged ? this.#nobody : { words: [] };
    if ('missing' in user) return { kind: 'skipped', reason: user.missing };
    const start = await startOf(attempt);
    if ('missing' in start) return { kind: 'skipped', reason: start.missing };
    return this.#launcher(user.words).run({
      ...start,
      grants: attempt.grants,
      live: attempt.live,
      beside: besideOf(attempt),
      walls,
      repeated: world === 'walls-template',
    });
  }

  #launcher(before: readonly string[]): Launcher {
    const key = before.join(' ');
    const known = this.#launchers.get(key);
    if (known !== undefined) return known;
    const fresh = new Launcher(before);
    this.#launchers.set(key, fresh);
    return fresh;
  }
}

function besideOf({ beside, path }: Attempt): string[] | undefined {
  return beside === undefined ? undefined : [resolve(dirname(path), 'attempt.beside.py'), beside];
}
