// Launches Linux programs for linux.ts, which starts it once as each user: jobs arrive on standard input, a line each.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  type FSWatcher,
  openSync,
  readdirSync,
  readFileSync,
  watch as watchFolder,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { write } from '../../src/host/files/files.ts';
import { makePipe } from '../../src/host/files/new-descriptors.ts';
import { addressOf } from '../../src/host/libc.ts';
import { LinuxErrno } from '../../src/linux/errno.ts';
import { readGrants } from '../../src/plan/grants.ts';
import type { ExitReason } from '../../src/process/exit-reason.ts';
import type { Process } from '../../src/process/process.ts';
import { launch } from '../../src/run/launch.ts';
import { templatesMade } from '../../src/run/linux/templates.ts';
import { cgroupPlaces } from '../../src/worlds/cgroup-host.ts';
import { type Observation, readAnswers } from '../frame/runner.ts';
import { SceneWatch } from '../frame/scene.ts';
import type { Answer, Job } from './linux-job.ts';
import { Neighbours, processesWith } from './neighbours.ts';
import { describeStuck } from './stuck.ts';

/** Nothing takes longer, in milliseconds; most take a few, and a machine with much else to do takes its time. */
const LONGEST = 240_000;

/** Milliseconds after which an attempt that runs on is looked at, to find what it waits for. */
const STUCK = 60_000;

/** Time that processes without walls may outlive their parent, in milliseconds. */
const OUTLIVING = 10_000;

/** Starts after which there is a template for the next. */
const STARTS_BEFORE = 2;

/** An argument with which no program is executed (execve(2)): the attempt is made once. */
const TOO_LONG = 'x'.repeat(0x40000);

const ONE_BYTE = Buffer.alloc(1);

/** The command of a Linux user with nothing but the grants of the scene. */
function documentOf(
  job: Job,
  environment: Readonly<Record<string, string>>,
  streams: readonly number[],
): string {
  const { WORK = '', DATA = '', READ = '' } = environment;
  const grant = (path: string, ...rights: string[]): string =>
    `${JSON.stringify(path)}: !file { path: ${JSON.stringify(path)}, rights: [${rights.join(', ')}] }`;
  const directories = [
    grant(WORK, 'read', 'write', 'create', 'remove', 'execute'),
    grant(DATA, 'read', 'write', 'create', 'remove'),
    grant(READ, 'read'),
    ...(job.scripts === undefined ? [] : [grant(job.scripts, 'read', 'execute')]),
  ];
  const base = /\bbase:/.test(job.grants)
    ? []
    : [`base: ${job.scripts === undefined && !job.repeated ? 'minimal' : 'system'}`];
  const [stdin, stdout, stderr] = streams;
  const standard = /\bterminal:/.test(job.grants)
    ? []
    : [`stdin: !fd ${stdin}`, `stdout: !fd ${stdout}`, `stderr: !fd ${stderr}`];
  const keys = [
    ...base,
    ...standard,
    `arguments: ${JSON.stringify(job.arguments)}`,
    `environment: ${JSON.stringify(environment)}`,
    `directories: { ${directories.join(', ')} }`,
    `working_directory: ${JSON.stringify(WORK)}`,
    variablesIn(job.grants, environment),
  ];
  return `%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n!command { ${keys.filter((key) => key !== '').join(', ')} }\n`;
}

function variablesIn(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$([A-Z]+)/g, (_, name: string) => environment[name] ?? '');
}

/** A rule that a running program is granted, and that is withdrawn when the program makes the file `withdraw` in `WORK`. */
class LiveRule {
  readonly #watcher: FSWatcher;

  constructor(program: Process, rule: string, { WORK = '' }: Readonly<Record<string, string>>) {
    // Before the program hears of the rule: the kernel tells of no file that was made earlier.
    this.#watcher = watchFolder(WORK, (_, name) => {
      if (name !== 'withdraw') return;
      this.close();
      program.network?.deny(rule);
      writeFileSync(join(WORK, 'withdrawn'), '');
    });
    program.network?.allow(rule);
    writeFileSync(join(WORK, 'allowed'), '');
  }

  close(): void {
    this.#watcher.close();
  }
}

/** Names the end of a program in one word, for programs that have printed no result. */
function endOf(reason: ExitReason): string {
  switch (reason.kind) {
    case 'exited':
      return `status-${reason.code}`;
    case 'signaled':
      return reason.signal;
    case 'limit':
      return `limit-${reason.limit}`;
    default:
      return reason.kind;
  }
}

type Ended = {
  readonly end: string;
  readonly printed: string;
  /** Mechanism that this host lacks, so that nothing was run. */
  readonly missing?: string;
};

async function runConfined(
  job: Job,
  environment: Readonly<Record<string, string>>,
  streams: readonly number[],
): Promise<Ended> {
  const { walls } = job;
  if (walls === 'none') throw new TypeError('A confined program has walls');
  const grants = readGrants(documentOf(job, environment, streams), { directory: '/' });
  const options = { walls, limits: { wallClock: LONGEST } };
  if (job.repeated) {
    const failing = documentOf({ ...job, arguments: [TOO_LONG] }, environment, streams);
    for (let start = 0; start < STARTS_BEFORE; start++)
      await launch(job.program, readGrants(failing, { directory: '/' }), options).exited;
  }
  await templatesMade();
  const process = launch(job.program, grants, options);
  let stuck = '';
  const timer = setTimeout(() => {
    stuck = describeStuck(`ATTEMPT=${environment['ATTEMPT']}`);
    console.error(`${job.program} has been running for ${STUCK / 1000} s:\n${stuck}`);
  }, STUCK);
  const changes =
    job.live === undefined
      ? undefined
      : new LiveRule(process, variablesIn(job.live, environment), environment);
  const printed = process.terminal === undefined ? '' : text(process.terminal.output);
  const reason = await process.exited;
  clearTimeout(timer);
  changes?.close();
  if (reason.kind !== 'failed') return { end: endOf(reason), printed: stuck + (await printed) };
  if (reason.code === 'missing_mechanism') return { end: '', printed: '', missing: reason.message };
  return { end: `failed-${reason.code}`, printed: reason.message };
}

function runFreely(
  job: Job,
  environment: Readonly<Record<string, string>>,
  output: readonly number[],
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(job.program, job.arguments, {
      cwd: environment['WORK'],
      env: { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1', ...environment },
      stdio: ['ignore', ...output],
      detached: true,
      timeout: LONGEST,
      killSignal: 'SIGKILL',
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ end: signal ?? `status-${code}`, printed: '' }));
  });
}

/** Starts an accomplice, which is killed in the end and is no leftover. */
async function startBeside(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn('python3', argv, {
    env: { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1', ...environment, ATTEMPT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(LONGEST) });
  return child;
}

/** Gives processes that outlive an unconfined program the time to say so. */
async function untilNobody(mark: string): Promise<void> {
  for (let waited = 0; waited < OUTLIVING && processesWith(mark).length > 0; waited += 50) await sleep(50);
}

/** Tells whether no process reads from a pipe any more. One that starts beside may have a copy until its execve(2). */
async function isLetGo(end: number): Promise<boolean> {
  for (let waited = 0; waited < OUTLIVING; waited += 20) {
    if (write(end, addressOf(ONE_BYTE), 1) === -LinuxErrno.EPIPE) return true;
    await sleep(20);
  }
  return false;
}

async function observe(job: Job, neighbours: Neighbours): Promise<Observation> {
  const watch = new SceneWatch();
  const mark = `ATTEMPT=${process.pid}-${job.id}`;
  const environment: Record<string, string> = {
    ...watch.scene,
    ...neighbours.environment,
    ATTEMPT: mark.slice(8),
    ...(job.scripts !== undefined && { SCRIPTS: job.scripts }),
  };
  const accomplice = job.beside && (await startBeside(job.beside, environment));
  const files = ['stdout', 'stderr'].map((name) => join(watch.scene.ROOT, name));
  const output = files.map((file) => openSync(file, 'a+'));
  const input = makePipe();
  try {
    const confined = job.walls !== 'none';
    const ended = confined
      ? await runConfined(job, environment, [input.read, ...output])
      : await runFreely(job, environment, output);
    if (ended.missing !== undefined) return { kind: 'skipped', reason: ended.missing };
    if (!confined) await untilNobody(mark);
    const printed = ended.printed + files.map((file) => readFileSync(file, 'utf8')).join('');
    accomplice?.kill('SIGKILL');
    const left = processesWith(mark);
    const evidence = confined ? [...watch.findings(printed), ...neighbours.findings()] : [];
    if (confined && left.length > 0) evidence.push(`processes are left: ${left.join(', ')}`);
    closeSync(input.read);
    // A process that escapes listings by constant forking still has its standard input.
    if (confined && !(await isLetGo(input.write))) evidence.push('somebody still holds the standard input');
    if (readFileSync('/proc/self/mountinfo', 'utf8').includes(watch.scene.ROOT))
      evidence.push('a mount is left');
    for (const pid of left) process.kill(pid, 'SIGKILL');
    const { attempt = ended.end, twin = 'nothing' } = readAnswers(printed);
    return { kind: 'seen', attempt, twin, evidence, output: printed };
  } finally {
    accomplice?.kill('SIGKILL');
    for (const descriptor of [...output, input.write]) closeSync(descriptor);
    watch.remove();
  }
}

/** Control groups of this launcher that are still there. */
function leftGroups(): string[] {
  return [...new Set([...cgroupPlaces().values()].map(({ directory }) => directory))].flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.startsWith('cloudabi-') && name.includes(`-${process.pid}-`))
      .map((name) => `a control group is left: ${name}`),
  );
}

function answer(value: Answer): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const neighbours = await Neighbours.start();
const running = new Set<Promise<void>>();
for await (const line of createInterface({ input: process.stdin })) {
  const job: Job = JSON.parse(line);
  const done = observe(job, neighbours)
    .catch((error: unknown): Observation => {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'seen', attempt: 'not-launched', twin: '', evidence: [message], output: '' };
    })
    .then((observation) => answer({ id: job.id, observation }))
    .finally(() => running.delete(done));
  running.add(done);
}
await Promise.all(running);
neighbours.stop();
answer({ id: -1, leftovers: leftGroups() });
