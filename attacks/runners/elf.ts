import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ExitReason, file, launch, pipe } from '../../src/index.ts';
import { cc } from '../../src/toolchain/cc.ts';
import { noExecutables } from '../../tests/frame/elf/executables.ts';
import type { Attempt } from '../frame/corpus.ts';
import { type Observation, type Runner, readAnswers, type World } from '../frame/runner.ts';
import type { Scene } from '../frame/scene.ts';
import { endOf, LONGEST, observe, type Told } from './guest-scene.ts';

/** Makes attempts in C as CloudABI executables, each compiled for itself. */
export class ElfRunner implements Runner {
  readonly kind = 'elf';
  readonly worlds: readonly World[] = [
    { name: 'elf', proves: true, root: globalThis.process.getuid?.() === 0 },
  ];

  async run(attempt: Attempt): Promise<Observation> {
    if (noExecutables !== undefined) return { kind: 'skipped', reason: noExecutables };
    const program = await compile(attempt);
    return await observe(async (scene) => (second) => start(program, scene, second));
  }

  async runUnconfined(): Promise<Observation> {
    return { kind: 'skipped', reason: 'a CloudABI executable needs its supervisor' };
  }

  async close(): Promise<readonly string[]> {
    return [];
  }
}

async function compile({ name, path }: Attempt): Promise<string> {
  const folder = join('build', 'attacks', 'elf');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, name.replace('/', '-'));
  const shared = path.replace(/[^/]+$/, 'attempt.c');
  const lines: string[] = [];
  const stderr = (line: string): void => void lines.push(line);
  const status = await cc(['--native', '-Wall', '-Werror', path, shared, '-o', program], { stderr });
  if (status !== 0) throw new TypeError(`${path}: ${lines.join('')}`);
  return program;
}

async function start(program: string, scene: Scene, twin: boolean): Promise<Told> {
  const printed = pipe('write');
  const process = launch(
    program,
    { output: printed, readable: file(scene.READ), twin },
    { limits: { wallClock: LONGEST } },
  );
  const output = await text(printed.stream);
  const reason = await process.exited;
  return { ...readAnswers(output), end: signalOf(reason) ?? endOf(reason), output };
}

/** A program that makes a system call of Linux is ended by a signal, which its exit reason names. */
function signalOf(reason: ExitReason): string | undefined {
  return 'message' in reason ? /\bSIG[A-Z]+\b/.exec(reason.message)?.[0] : undefined;
}
