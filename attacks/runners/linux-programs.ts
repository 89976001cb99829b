import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Attempt } from '../frame/corpus.ts';
import type { Job } from './linux-job.ts';

/** Command that starts an attempt in a language. */
export type Started = Pick<Job, 'program' | 'arguments' | 'scripts'>;

const INTERPRETERS: Readonly<Record<string, string>> = { py: '/usr/bin/python3', sh: '/bin/sh' };
const FOLDER = 'build/attacks/linux';

const made = new Map<string, Promise<string>>();

/**
 * Returns the command that starts an attempt; one in C is compiled, unless that was done before.
 *
 * @returns `missing` is the reason for which this host cannot start it.
 */
export async function startOf(attempt: Attempt): Promise<Started | { readonly missing: string }> {
  const { language, path } = attempt;
  if (language === 'c') {
    try {
      return { program: await compiled(path), arguments: [], scripts: undefined };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        return { missing: 'there is no gcc' };
      throw error;
    }
  }
  const program = INTERPRETERS[language];
  if (program === undefined) throw new TypeError(`Linux programs are not written in '.${language}'`);
  if (!existsSync(program)) return { missing: `there is no ${program}` };
  return { program, arguments: [resolve(path)], scripts: resolve(dirname(path)) };
}

function compiled(path: string): Promise<string> {
  const known = made.get(path);
  if (known !== undefined) return known;
  const fresh = compile(path);
  made.set(path, fresh);
  return fresh;
}

async function compile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [path, join(dirname(path), 'attempt.h')]) hash.update(readFileSync(file));
  const program = resolve(FOLDER, hash.digest('hex').slice(0, 16));
  if (existsSync(program)) return program;
  mkdirSync(FOLDER, { recursive: true });
  const partial = `${program}-${process.pid}`;
  const options = ['-O1', '-static', '-pthread', '-Wall', '-Werror', '-D_GNU_SOURCE'];
  await promisify(execFile)('gcc', [...options, '-o', partial, path]);
  // Several suites may compile at the same time.
  renameSync(partial, program);
  return program;
}
