import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { installProgram } from '../../../src/oci/native-program.ts';
import { removeFolder } from '../programs.ts';
import { type Ran, removeGroupParents } from './bundle.ts';
import { hostProgram, makeImageRoot, writeImage } from './image.ts';

const script = fileURLToPath(new URL('../../../../dist/bin/cloudabi-oci.js', import.meta.url));

/** The reason why containerd cannot be tried here; `false` if it can. */
export const noContainerd: string | false =
  process.geteuid?.() !== 0
    ? 'containers of this runtime are made by root'
    : (['containerd', 'ctr', 'busybox', 'unshare', 'nsenter']
        .map((name) => (hostProgram(name) ? undefined : `${name} is not installed`))
        .find(Boolean) ?? false);

/** The name of the image that is loaded. */
export const CTR_IMAGE = 'localhost/busybox:1';

/** containerd in namespaces of its own for mounts and processes, so that all of it ends with the test. */
export class TestContainerd {
  readonly #directory: string;
  readonly #anchor: ChildProcess;

  constructor(context: TestContext) {
    const directory = mkdtempSync(join(tmpdir(), 'containerd-'));
    this.#directory = directory;
    installProgram(join(directory, 'cloudabi-oci'), script);
    makeImageRoot(join(directory, 'image'), hostProgram('busybox') ?? '');
    writeImage(join(directory, 'image.tar'), CTR_IMAGE, join(directory, 'image'), { Env: ['PATH=/bin'] });
    writeFileSync(
      join(directory, 'config.toml'),
      `version = 2\nroot = '${directory}/root'\nstate = '${directory}/state'\n` +
        `disabled_plugins = ['io.containerd.grpc.v1.cri']\n` +
        `[grpc]\n  address = '${directory}/socket'\n[ttrpc]\n  address = '${directory}/ttrpc'\n`,
    );
    const flags = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const words = [...flags, 'sh', '-c', `mount -t tmpfs tmpfs /run; containerd -c ${directory}/config.toml`];
    this.#anchor = spawn('unshare', words, { stdio: 'ignore' });
    context.after(() => {
      this.#anchor.kill('SIGKILL');
      removeGroupParents('default');
      removeFolder(directory);
    });
    for (let turn = 0; turn < 6000 && !existsSync(join(directory, 'socket')); turn++)
      spawnSync('sleep', ['0.05']);
    const loaded = this.ctr('images', 'import', '--snapshotter', 'native', join(directory, 'image.tar'));
    if (loaded.status !== 0) throw new Error(loaded.stderr);
  }

  /** Runs ctr. */
  ctr(...argv: readonly string[]): Ran {
    const [child = ''] = spawnSync('pgrep', ['-P', String(this.#anchor.pid)], {
      encoding: 'utf8',
    }).stdout.split('\n');
    const words = [
      '--target',
      child,
      '--mount',
      '--pid',
      'ctr',
      '-a',
      join(this.#directory, 'socket'),
      ...argv,
    ];
    return spawnSync('nsenter', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Options of `ctr run` that choose our runtime. */
  get ours(): readonly string[] {
    const runtime = [
      '--runtime',
      'io.containerd.runc.v2',
      '--runc-binary',
      join(this.#directory, 'cloudabi-oci'),
    ];
    return ['--snapshotter', 'native', ...runtime];
  }
}
