// The one seam between the WASI conformance cases and what runs them. Backed by node:wasi for now; the gate
// takes its place here, and the lists at the end go away with it.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a program is handed. */
export interface WasiWorld {
  /** All arguments, the program's name first. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Host directory and name for the program, in order: descriptors 3, 4, … */
  readonly preopens: readonly (readonly [string, string])[];
  /** The bytes of standard input, which is a pipe (not a socket) that ends after them. */
  readonly stdin: string;
  /**
   * When given, a listening TCP socket on 127.0.0.1 is the next descriptor after the directories; it is
   * called with the port as soon as that listens.
   */
  readonly onListener?: (port: number) => void;
}

/** How a program ended. `status` is the exit code; a trap or a signal is `'trap'`. */
export interface WasiOutcome {
  readonly status: number | 'trap';
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const child = `
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
const { wasm, args, env, preopens } = JSON.parse(process.argv[1]);
const wasi = new WASI({ version: 'preview1', args, env, preopens, returnOnExit: true });
const instance = await WebAssembly.instantiate(await WebAssembly.compile(readFileSync(wasm)), wasi.getImportObject());
try {
  process.exitCode = wasi.start(instance);
} catch (error) {
  process.stderr.write(String(error));
  process.kill(process.pid, 'SIGABRT');
}`;

/** Runs a WASI program to its end. Standard output and error are files, so that neither is a socket. */
export async function runWasi(wasm: string, world: WasiWorld): Promise<WasiOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'wasi-run-'));
  const input = join(folder, 'in');
  const output = join(folder, 'out');
  const errors = join(folder, 'err');
  writeFileSync(input, world.stdin);
  const spec = JSON.stringify({
    wasm,
    args: world.args,
    env: world.env,
    preopens: Object.fromEntries(world.preopens.map(([host, guest]) => [guest, host])),
  });
  const stdio = [openSync(output, 'w'), openSync(errors, 'w')];
  try {
    const argv = [process.execPath, '--no-warnings', '--input-type=module', '-e', child, spec];
    // Through a shell, because Node's own pipes are sockets.
    const running = spawn('/bin/sh', ['-c', 'cat "$0" | "$@"', input, ...argv], {
      stdio: ['ignore', ...stdio],
      timeout: 20_000,
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      running.once('error', reject);
      running.once('exit', resolve);
    });
    // The shell tells of a signal by a number above 128.
    const status = code === null || (code > 128 && code <= 128 + 64) ? 'trap' : code;
    return { status, stdout: readFileSync(output), stderr: readFileSync(errors) };
  } finally {
    for (const fd of stdio) closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What node:wasi (uvwasi) does instead, and the cases that it therefore fails. */
const differences: Readonly<Record<string, readonly string[]>> = {
  'takes no listening socket': ['listener'],
  'refuses an empty environment with inval': ['process no-environ'],
  'wants the right to seek for telling the offset': ['files tell-needs-only-tell'],
  'shows the host flags in fs_flags, or loses flags': [
    'files append',
    'files nonblock-flag',
    'files sync-flags',
    'open rights-of-a-preopen',
    'rights truncation',
  ],
  'takes unknown flags': [
    'files unknown-flags',
    'open unknown-oflags',
    'open unknown-fdflags',
    'open unknown-lookupflags',
    'times unknown-lookup-flags',
    'poll unknown-clock',
  ],
  'renumbers a closed number onto itself': ['files bad-descriptors'],
  'resolves paths as text and by names of the host': [
    'open create-exclusively-at-a-symlink',
    'paths above-the-root',
    'paths out-and-in-again',
    'paths dots-inside',
    'paths empty',
    'paths with-nul',
    'paths not-utf8',
    'paths path-too-long',
    'symlinks to-a-file',
    'symlinks nofollow',
    'symlinks dangling',
    'symlinks upward-target',
    'symlinks made-by-the-host',
    'renames dots',
    'directories remove-other-things',
    'preopens between-two',
  ],
  'does not cut a symbolic link or name that does not fit': [
    'symlinks read-link',
    'symlinks read-link-without-room',
    'preopens name-buffers',
  ],
  'lists neither . nor ..': [
    'directories empty-has-dots',
    'directories top-has-dots',
    'directories entry-kinds',
    'directories cookies',
    'directories starts-over',
    'directories small-buffers',
    'directories a-thousand',
  ],
  'sets whole seconds, and keeps a descriptor locked after inval': [
    'times on-a-descriptor',
    'times on-a-path',
    'times now',
    'times value-and-now-together',
    'times of-a-symlink',
  ],
  'answers inval for what is no granted directory': [
    'preopens others-are-none',
    'preopens number-used-again',
    'preopens renumbered-onto-forgets',
  ],
  'polls no files, takes absolute times for relative ones, fails the whole call': [
    'poll absolute',
    'poll in-the-past',
    'poll endless-timeout',
    'poll files',
    'poll files-without-the-poll-right',
    'poll file-beside-a-clock',
    'poll bad-descriptor',
    'poll bad-descriptor-beside-a-clock',
    'poll missing-right',
    'poll standard-output',
    'poll pipe-with-data',
    'libc poll-a-closed-descriptor',
  ],
  'answers overflow for addresses outside of memory': [
    'memory results',
    'memory paths',
    'memory buffers',
    'memory pieces',
    'memory second-piece',
    'memory empty-at-the-end',
    'memory no-place-for-the-descriptor',
  ],
  'answers notsup for sock_shutdown': [
    'sockets bad-descriptors',
    'sockets on-standard-output',
    'sockets on-files',
    'libc shutdown-of-no-socket',
    'libc shutdown-of-nothing',
  ],
};

/** Cases that the back end is known to fail, and what it does; `listener` stands for every case with a socket. */
export const knownFailures: ReadonlyMap<string, string> = new Map(
  Object.entries(differences).flatMap(([what, names]) => names.map((name) => [name, `node:wasi ${what}`])),
);
