import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Attempt } from '../frame/corpus.ts';
import type { Observation, Runner, World } from '../frame/runner.ts';
import type { Answer, Job } from './linux-job.ts';
import { startOf } from './linux-programs.ts';

/** An ordinary user of every distribution. */
const NOBODY = '65534';
const asNobody = ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups'];
const launcherFile = fileURLToPath(new URL('linux-launcher.js', import.meta.url));

/** How many programs of one user run at once. */
const AT_ONCE = 3;

const isRoot = process.getuid?.() === 0;

const worlds: readonly World[] = [
  { name: 'walls-root', proves: true, root: true },
  { name: 'walls-user', proves: true, root: false },
  { name: 'landlock-root', proves: false, root: true },
  { name: 'landlock-user', proves: false, root: false },
];

/** What is seen of an attempt that was under way, or came after, when a launcher died. */
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

  constructor(asUser: boolean) {
    const argv = [process.execPath, launcherFile];
    const [command = '', ...rest] = asUser && isRoot ? ['setpriv', ...asNobody, ...argv] : argv;
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
  readonly #launchers = new Map<boolean, Launcher>();
  readonly #noUser: string | undefined = isRoot ? whyNoUser() : undefined;

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
    const asUser = world.endsWith('user');
    if (!asUser && !isRoot) return { kind: 'skipped', reason: 'this is an ordinary user' };
    if (asUser && this.#noUser !== undefined) return { kind: 'skipped', reason: this.#noUser };
    const start = await startOf(attempt);
    if ('missing' in start) return { kind: 'skipped', reason: start.missing };
    return this.#launcher(asUser).run({ ...start, grants: attempt.grants, beside: besideOf(attempt), walls });
  }

  #launcher(asUser: boolean): Launcher {
    const known = this.#launchers.get(asUser);
    if (known !== undefined) return known;
    const fresh = new Launcher(asUser);
    this.#launchers.set(asUser, fresh);
    return fresh;
  }
}

function besideOf({ beside, path }: Attempt): string[] | undefined {
  return beside === undefined ? undefined : [resolve(dirname(path), 'attempt.beside.py'), beside];
}

/** Why nothing can be launched as an ordinary user, who may not even be allowed to read these files. */
function whyNoUser(): string | undefined {
  const read = `require('node:fs').readFileSync(${JSON.stringify(launcherFile)})`;
  const { status } = spawnSync('setpriv', [...asNobody, process.execPath, '-e', read]);
  return status === 0 ? undefined : 'there is no setpriv, or an ordinary user cannot read these files';
}
