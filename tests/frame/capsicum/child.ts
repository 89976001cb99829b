import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Result of a child that ran a piece of JavaScript. */
export type Ended = {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

const capsicum = new URL('../../../../dist/capsicum/index.js', import.meta.url).href;
const syscalls = new URL('../../../../dist/host/syscall.js', import.meta.url).href;
const numbers = new URL('../../../../dist/linux/system-calls.js', import.meta.url).href;

/** Path of the module in dist/, for programs in files of their own. */
export const modulePath: string = fileURLToPath(capsicum);

const prelude = `
import * as capsicum from '${capsicum}';
import { syscall } from '${syscalls}';
import { callNumberOf } from '${numbers}';
import fs from 'node:fs';
const { enter, limit, prepare, inCapabilityMode, formatRefusal } = capsicum;
const attempt = (action) => { try { const answer = action(); return answer === undefined ? 'done' : answer; } catch (error) { return error.code ?? String(error); } };
const later = (promise) => promise.then((answer) => answer ?? 'done', (error) => error.code ?? String(error));
const tell = (value) => fs.writeSync(1, JSON.stringify(value) + '\\n');
`;

/**
 * Runs an ES module in a child process: capability mode is for ever. In it are the exports of cloudabi/capsicum,
 * `fs`, `syscall`, `attempt` (the answer of a function, or the code of its error), `later` (the same of a promise),
 * `tell` (prints JSON).
 */
export async function inChild(
  source: string,
  { args = [], env = {}, node = [] }: { args?: string[]; env?: Record<string, string>; node?: string[] } = {},
): Promise<Ended> {
  const { NODE_TEST_CONTEXT: _, NODE_EXTRA_CA_CERTS: __, ...inherited } = process.env;
  const child = spawn(
    process.execPath,
    [...node, '--input-type=module', '-e', prelude + source, '--', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited, ...env } },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 300_000);
  const [status, signal] = await once(child, 'close');
  clearTimeout(guard);
  return { status, signal, stdout, stderr };
}

/** Returns the value that the child reported; the child must have ended well. */
export async function told(source: string, options: Parameters<typeof inChild>[1] = {}): Promise<unknown> {
  const { status, signal, stdout, stderr } = await inChild(source, options);
  if (status !== 0) throw new Error(`The child ended with ${status ?? signal}: ${stderr}`);
  return JSON.parse(stdout);
}
