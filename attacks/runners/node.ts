import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { file, type Limits, launch, type Process, pipe } from '../../src/index.ts';
import type { Attempt } from '../frame/corpus.ts';
import { type Observation, type Runner, readAnswers, type World } from '../frame/runner.ts';
import { type Scene, SceneWatch } from '../frame/scene.ts';
import { endOf, furnish, journalOf, LONGEST, observe, type Told } from './guest-scene.ts';
import { Neighbours, processesWith } from './neighbours.ts';

const without = fileURLToPath(new URL('node-without.js', import.meta.url));
/** A native addon of the machine, as any program could have one lie about. */
const addon = createRequire(import.meta.url).resolve(
  `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`,
);

const ENTRIES = 'build/attacks/node';

/** Makes attempts in JavaScript as programs of Node; without walls, in a plain Node. */
export class NodeRunner implements Runner {
  readonly kind = 'node';
  readonly worlds: readonly World[] = [{ name: 'node', proves: true, root: process.getuid?.() === 0 }];
  #neighbours: Promise<Neighbours> | undefined;
  #scenes = 0;

  async run(attempt: Attempt): Promise<Observation> {
    return await observe(async (scene) => {
      const told = await this.#told(scene);
      return (second) => start(attempt, !second, scene, told);
    });
  }

  async runUnconfined(attempt: Attempt): Promise<Observation> {
    const watch = new SceneWatch();
    const mark = this.#mark();
    try {
      furnish(watch.scene);
      const told = JSON.stringify(await this.#told(watch.scene));
      const [name = '', value = ''] = mark.split('=');
      const child = spawn(process.execPath, ['--no-warnings', without, resolve(attempt.path), told], {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, [name]: value },
        cwd: watch.scene.WORK,
        timeout: LONGEST,
        killSignal: 'SIGKILL',
      });
      const output = await text(child.stdout);
      for (const pid of processesWith(mark)) process.kill(pid, 'SIGKILL');
      const { attempt: answer = 'silent', twin = 'silent' } = readAnswers(output);
      return { kind: 'seen', attempt: answer, twin, evidence: [], output };
    } finally {
      watch.remove();
    }
  }

  async close(): Promise<readonly string[]> {
    (await this.#neighbours)?.stop();
    return [];
  }

  /** A variable by which processes of a scene are found. */
  #mark(): string {
    return `ATTEMPT=${process.pid}-node-${this.#scenes++}`;
  }

  async #told(scene: Scene): Promise<Readonly<Record<string, unknown>>> {
    this.#neighbours ??= Neighbours.start();
    const { VICTIM, LAUNCHER, PORT, ABSTRACT, STREAMS } = (await this.#neighbours).environment;
    return {
      base: scene.ROOT,
      victim: Number(VICTIM),
      launcher: Number(LAUNCHER),
      port: Number(PORT),
      abstract: ABSTRACT,
      streams: STREAMS,
      addon,
    };
  }
}

/** A program that makes the attempt, or its twin alone, and tells the answers. */
function entryOf(attempt: Attempt, whole: boolean, scene: Scene): string {
  const { name, path } = attempt;
  const entry = join(ENTRIES, `${name.slice('node/'.length)}${whole ? '' : '.twin'}.mjs`);
  const { imports } = readGrants(attempt, scene);
  const imported = whole && imports !== undefined;
  const source = [
    "import { program } from 'cloudabi/program';",
    `import { answer } from ${JSON.stringify(resolve(path, '../attempt.mjs'))};`,
    `import * as made from ${JSON.stringify(resolve(path))};`,
    imported
      ? `import imported from ${JSON.stringify(imports)} with { type: 'text' };`
      : 'const imported = undefined;',
    `const chosen = ${whole ? 'made' : "{ ...made, attempt: () => 'left-out' }"};`,
    'export default program(async (given) => {',
    '  await answer(chosen, { ...given, imported }, (line) => given.output.write(line));',
    "  given.output.end('', () => process.exit(0));",
    '});',
    '',
  ].join('\n');
  mkdirSync(ENTRIES, { recursive: true });
  // A path beside the program has a file of its own, in case it is read as another one.
  if (imported && imports.startsWith('./')) {
    const decoy = join(dirname(entry), imports);
    mkdirSync(dirname(decoy), { recursive: true });
    writeFileSync(decoy, 'decoy');
  }
  if (sourceAt(entry) !== source) writeFileSync(entry, source);
  return entry;
}

function sourceAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function start(
  attempt: Attempt,
  whole: boolean,
  scene: Scene,
  told: Readonly<Record<string, unknown>>,
): Promise<Told> {
  const printed = pipe('write');
  const { limits, threads } = readGrants(attempt, scene);
  let started: Process;
  try {
    started = launch(
      entryOf(attempt, whole, scene),
      {
        ...told,
        output: printed,
        readable: file(scene.READ),
        work: file(scene.WORK, { rights: ['read', 'write', 'create', 'remove'] }),
        journal: file(journalOf(scene), { rights: 'append' }),
      },
      // A twin of a program that ran out of time has as much as others.
      { threads, limits: { wallClock: LONGEST, ...limits, ...(!whole && { wallClock: LONGEST }) } },
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { end: String(error.code), output: error.message };
  }
  const output = await text(printed.stream);
  const reason = await started.exited;
  const detail = 'message' in reason ? `${reason.message}\n` : '';
  return { ...readAnswers(output), end: endOf(reason), output: output + detail };
}

/** Limits, whether it may start threads, and a path that the program imports as text. */
function readGrants(
  { path, grants }: Attempt,
  scene: Scene,
): { readonly limits: Limits; readonly threads: boolean; readonly imports: string | undefined } {
  const read: unknown = parse(`{ ${grants} }`);
  const given = new Map(Object.entries(Object(read)));
  const unknown = [...given.keys()].filter((key) => !['limits', 'threads', 'imports'].includes(key));
  if (unknown.length > 0)
    throw new TypeError(`${path}: 'Grants' knows limits, threads and imports, not ${unknown.join(', ')}`);
  const limits = given.get('limits');
  const imports = given.get('imports');
  return {
    threads: given.get('threads') === true,
    limits: typeof limits === 'object' && limits !== null ? limits : {},
    imports:
      typeof imports === 'string'
        ? imports.replace('$SECRET', scene.SECRET).replace('$WORK', scene.WORK)
        : undefined,
  };
}
