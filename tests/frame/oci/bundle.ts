import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { installProgram } from '../../../src/oci/native-program.ts';
import { removeFolder } from '../programs.ts';

/** A part of a configuration as JSON has it. */
export type Json = Readonly<Record<string, unknown>>;

/** The script that `npm run build` makes. */
const script = fileURLToPath(new URL('../../../../dist/bin/cloudabi-oci.js', import.meta.url));

/** The reason why no container can be made here; `false` if one can. */
export const noContainers: string | false =
  process.geteuid?.() === 0 ? false : 'containers of this runtime are made by root';

/** The control group above those of the containers of this process: other tests do not remove it. */
export const GROUPS = `cloudabi-test-${process.pid}`;

/** The end of a command of the runtime. */
export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

const guarded = ['nosuid', 'noexec', 'nodev'];

/** A container with the host's programs, read-only, and a root of its own. */
export class TestBundle {
  readonly directory: string;
  readonly id: string;
  readonly #runtime: string;
  /** The file of standard error. If it is that of standard output, a program that is granted one stream has both. */
  errorsTo: 'output' | 'errors' = 'output';

  constructor(context: TestContext) {
    this.directory = mkdtempSync(join(tmpdir(), 'oci-'));
    this.id = `t${process.pid}-${Math.trunc(performance.now() * 1000)}`;
    this.#runtime = join(this.directory, 'cloudabi-oci');
    installProgram(this.#runtime, script);
    mkdirSync(join(this.directory, 'rootfs'));
    context.after(() => {
      this.run('delete', '--force', this.id);
      removeGroupParents(GROUPS);
      removeFolder(this.directory);
    });
  }

  /** The path of a file in the container's root. */
  inRoot(path: string): string {
    return join(this.directory, 'rootfs', path);
  }

  /** The path of the runtime's program. */
  get runtime(): string {
    return this.#runtime;
  }

  /** Writes config.json; what is given replaces the parts of the same names. */
  configure(
    args: readonly string[],
    { process = {}, linux = {}, ...rest }: { process?: Json; linux?: Json; [part: string]: unknown } = {},
  ): void {
    const capabilities = ['CAP_CHOWN', 'CAP_KILL', 'CAP_SETUID', 'CAP_SETGID'];
    const programs = ['/usr', '/bin', '/lib', '/lib64'].filter((path) => existsSync(path));
    const configuration = {
      ociVersion: '1.0.2',
      process: {
        user: { uid: 0, gid: 0 },
        args,
        env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
        cwd: '/',
        capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
        noNewPrivileges: true,
        ...process,
      },
      root: { path: 'rootfs' },
      mounts: [...usualMounts, ...programs.map((path) => bind(path, path, 'ro'))],
      linux: {
        namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
        cgroupsPath: `/${GROUPS}/${this.id}`,
        maskedPaths: ['/proc/kcore', '/proc/keys', '/proc/acpi'],
        readonlyPaths: ['/proc/sys'],
        ...linux,
      },
      ...rest,
    };
    writeFileSync(join(this.directory, 'config.json'), JSON.stringify(configuration));
  }

  /** Runs a command of the runtime; the container of `create` writes to `output`, and its errors where `errorsTo` says. */
  run(...argv: readonly string[]): Ran {
    const isCreate = argv.includes('create');
    const open = (name: string): number => openSync(join(this.directory, name), isCreate ? 'w' : 'a');
    const output = open('output');
    const errors = this.errorsTo === 'output' ? output : open(this.errorsTo);
    try {
      const { status, stdout, stderr } = spawnSync(
        this.#runtime,
        [
          '--root',
          join(this.directory, 'states'),
          '--log',
          join(this.directory, 'log'),
          '--log-format',
          'json',
          ...argv,
        ],
        // A container keeps its streams: a pipe of ours would not end with the command.
        { stdio: ['ignore', isCreate ? output : 'pipe', isCreate ? errors : 'pipe'], encoding: 'utf8' },
      );
      return { status, stdout: stdout ?? '', stderr: isCreate ? this.lastError : stderr };
    } finally {
      for (const file of new Set([output, errors])) closeSync(file);
    }
  }

  create(...more: readonly string[]): Ran {
    return this.run(
      'create',
      '--bundle',
      this.directory,
      '--pid-file',
      join(this.directory, 'pid'),
      ...more,
      this.id,
    );
  }

  /** Makes and starts the container, and gives its output when it has ended; errors in a file of their own come first. */
  async output(): Promise<string> {
    const created = this.create();
    if (created.status !== 0) throw new Error(created.stderr);
    const started = this.run('start', this.id);
    if (started.status !== 0) throw new Error(started.stderr);
    await this.ended();
    const files = new Set([this.errorsTo, 'output']);
    return [...files].map((name) => readFileSync(join(this.directory, name), 'utf8')).join('');
  }

  /** Waits until the container has stopped: `tail` ends with its first process. */
  async ended(): Promise<void> {
    if (this.status !== 'running') return;
    const child = spawn('tail', ['--pid', String(this.pid), '-s', '0.02', '-f', '/dev/null'], {
      stdio: 'ignore',
    });
    await new Promise((done) => child.once('exit', done));
  }

  get pid(): number {
    return Number(readFileSync(join(this.directory, 'pid'), 'latin1'));
  }

  get status(): unknown {
    const state: unknown = JSON.parse(this.run('state', this.id).stdout);
    return typeof state === 'object' && state !== null && 'status' in state ? state.status : undefined;
  }

  /** The last message in the engine's log. */
  get lastError(): string {
    const path = join(this.directory, 'log');
    if (!existsSync(path)) return '';
    const line: unknown = JSON.parse(readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '{}');
    return typeof line === 'object' && line !== null && 'msg' in line ? String(line.msg) : '';
  }
}

/** Removes groups that engines and tests put those of containers into, once they are empty. */
export function removeGroupParents(name: string): void {
  const root = '/sys/fs/cgroup';
  for (const directory of [root, ...readdirSync(root).map((each) => join(root, each))]) {
    for (const group of [join(directory, name, 'conmon'), join(directory, name)])
      try {
        rmdirSync(group);
      } catch {
        // It is not there, or another test uses it.
      }
  }
}

/** A bind mount. */
export function bind(source: string, destination: string, ...options: readonly string[]): Json {
  return { destination, type: 'bind', source, options: ['rbind', ...options] };
}

/** The mounts of every container of a test. */
export const usualMounts: readonly Json[] = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=1m'] },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
  },
  { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: [...guarded, 'mode=1777', 'size=8m'] },
];
