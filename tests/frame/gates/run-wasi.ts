// The one seam between the WASI conformance cases and what runs them: our gate, in a process of its own.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../programs.ts';

/** Grants of a program. */
export interface WasiWorld {
  /** All arguments, the program's name first. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Host directory and name for the program, in order: descriptors 3, 4, … */
  readonly preopens: readonly (readonly [string, string])[];
  /** The bytes of standard input, which is a pipe (not a socket) that ends after them. */
  readonly stdin: string;
  /**
   * Adds a listening TCP socket on 127.0.0.1 as the next descriptor after the directories; called with its port as soon
   * as it listens, and with a function that waits until the program has printed something.
   */
  readonly onListener?: (port: number, printed: () => Promise<void>) => void;
}

/** End of a program. `status` is the exit code; a trap or a signal is `'trap'`. */
export interface WasiOutcome {
  readonly status: number | 'trap';
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const child = fileURLToPath(new URL('wasi-child.js', import.meta.url));

/** Runs a WASI program to its end. Standard output and error are files, so that neither is a socket. */
export async function runWasi(wasm: string, world: WasiWorld): Promise<WasiOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'wasi-run-'));
  const input = join(folder, 'in');
  const output = join(folder, 'out');
  const errors = join(folder, 'err');
  writeFileSync(input, world.stdin);
  const { args, env, preopens, onListener } = world;
  const spec = JSON.stringify({ wasm, args, env, preopens, listener: onListener !== undefined });
  const files = [openSync(output, 'w'), openSync(errors, 'w')];
  try {
    // Through a shell, because Node's own pipes are sockets. Descriptor 3 carries the port.
    const running = spawn('/bin/sh', ['-c', 'cat "$0" | "$@"', input, process.execPath, child, spec], {
      stdio: ['ignore', ...files, 'pipe'],
      timeout: 300_000,
    });
    running.stdio[3]?.once('data', (port: Buffer) => {
      onListener?.(Number(port.toString()), () =>
        until('it prints', () => running.exitCode !== null || statSync(output).size > 0),
      );
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      running.once('error', reject);
      running.once('exit', resolve);
    });
    // The shell tells of a signal by a number above 128.
    const status = code === null || (code > 128 && code <= 128 + 64) ? 'trap' : code;
    return { status, stdout: readFileSync(output), stderr: readFileSync(errors) };
  } finally {
    for (const fd of files) closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
  }
}
