import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { installProgram } from '../../../src/oci/native-program.ts';
import { removeFolder } from '../programs.ts';
import { type Ran, removeGroupParents } from './bundle.ts';
import { hostProgram, makeImageRoot, writeImage } from './image.ts';

const script = fileURLToPath(new URL('../../../../dist/bin/cloudabi-oci.js', import.meta.url));

/** The reason why podman cannot be tried here; `false` if it can. */
export const noPodman: string | false =
  process.geteuid?.() !== 0
    ? 'containers of this runtime are made by root'
    : (['podman', 'conmon', 'busybox', 'ip']
        .map((name) => (hostProgram(name) ? undefined : `${name} is not installed`))
        .find(Boolean) ?? false);

/** The name of the image that is loaded. */
export const IMAGE = 'localhost/busybox:1';

/**
 * Podman with our runtime and with nothing in common with the host's: stores, mounts and network are in namespaces and a
 * directory of its own.
 */
export class TestPodman {
  readonly directory: string;
  readonly #anchor: ReturnType<typeof spawn>;

  constructor(context: TestContext) {
    this.directory = mkdtempSync(join(tmpdir(), 'podman-'));
    const busybox = hostProgram('busybox') ?? '';
    installProgram(join(this.directory, 'cloudabi-oci'), script);
    makeImageRoot(join(this.directory, 'image'), busybox);
    const archive = join(this.directory, 'image.tar');
    writeImage(archive, IMAGE, join(this.directory, 'image'), { Cmd: ['/bin/sh'], Env: ['PATH=/bin'] });
    const limits = 'default_ulimits = ["nofile=1024:4096","nproc=1024:4096"]';
    writeFileSync(
      join(this.directory, 'containers.conf'),
      `[containers]\n${limits}\nipcns = "private"\n[engine]\nevents_logger = "file"\ncgroup_manager = "cgroupfs"\n`,
    );
    mkdirSync(join(this.directory, 'network'));
    const ready = join(this.directory, 'ready');
    const setUp = `ip link set lo up; mount -t tmpfs tmpfs /run; mkdir /run/netns; echo > ${ready}; exec sleep 1000`;
    this.#anchor = spawn('unshare', ['--net', '--mount', '--kill-child', 'sh', '-c', setUp], {
      stdio: 'ignore',
    });
    for (let turn = 0; turn < 30_000 && !existsSync(ready); turn++) spawnSync('sleep', ['0.01']);
    if (!existsSync(ready)) throw new Error('The namespaces of podman cannot be made');
    context.after(() => {
      this.run('rm', '--all', '--force', '--time', '0');
      this.#anchor.kill('SIGKILL');
      removeGroupParents('libpod_parent');
      removeFolder(this.directory);
    });
    const loaded = this.run('load', '-i', archive);
    if (loaded.status !== 0) throw new Error(loaded.stderr);
  }

  /** The words before a command that is to see what podman sees. */
  get inside(): readonly string[] {
    return ['nsenter', '--target', String(this.#anchor.pid), '--net', '--mount', '--'];
  }

  /** The words of a podman command. */
  words(...argv: readonly string[]): readonly string[] {
    const store = ['root', 'runroot', 'tmpdir'].flatMap((name) => [`--${name}`, join(this.directory, name)]);
    const network = ['--network-config-dir', join(this.directory, 'network')];
    const options = [
      ...network,
      '--storage-driver',
      'vfs',
      '--runtime',
      join(this.directory, 'cloudabi-oci'),
    ];
    return [...this.inside, 'podman', ...store, ...options, ...argv];
  }

  /** Runs a podman command. */
  run(...argv: readonly string[]): Ran {
    return this.#spawn(this.words(...argv));
  }

  /** The same with a terminal. */
  runInTerminal(...argv: readonly string[]): Ran {
    const line = this.words(...argv).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    return this.#spawn(['script', '-qec', line.join(' '), '/dev/null']);
  }

  #spawn([program = '', ...args]: readonly string[]): Ran {
    const { status, stdout, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CONTAINERS_CONF: join(this.directory, 'containers.conf') },
    });
    return { status, stdout, stderr };
  }

  /** Control groups and mounts of containers that are left. */
  get leftovers(): readonly string[] {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.directory));
    const states = spawnSync('find', [join(this.directory, 'runroot'), '-name', 'state'], {
      encoding: 'utf8',
    });
    return [...mounts, ...states.stdout.split('\n').filter(Boolean)];
  }
}
