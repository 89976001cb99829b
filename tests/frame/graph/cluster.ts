import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { makeFolder } from '../programs.ts';

/** One binary that is etcd and the API server by the name it is called by, packed by zstd. */
const PACKED = resolve('../shared/kube/hyper.zst');

/** Finds the binary, and unpacks it into the user's cache; a text says why there is none. */
function findBinary(): { readonly path: string } | { readonly missing: string } {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cloudabi/kube');
  const path = join(folder, 'hyper');
  if (existsSync(path)) return { path };
  const packed = process.env['CLOUDABI_KUBE'] ?? PACKED;
  if (!existsSync(packed))
    return {
      missing: `there is no ${packed}, and no ${path}: CLOUDABI_KUBE names the packed binary of a cluster`,
    };
  mkdirSync(folder, { recursive: true });
  const unpacked = spawnSync('zstd', ['-dqf', packed, '-o', `${path}.${process.pid}`]);
  if (unpacked.status !== 0) return { missing: 'zstd cannot unpack the binary of a cluster here' };
  spawnSync('chmod', ['755', `${path}.${process.pid}`]);
  renameSync(`${path}.${process.pid}`, path);
  return { path };
}

/**
 * Starts etcd and an API server for a test, on loopback. No pods run.
 *
 * @returns The path of a kubeconfig; `undefined` when the test was skipped.
 */
export async function startApiServer(t: TestContext): Promise<string | undefined> {
  const binary = findBinary();
  if ('missing' in binary) {
    t.skip(binary.missing);
    return undefined;
  }
  const folder = makeFolder(t);
  const log = openSync(join(folder, 'log'), 'w');
  const start = (name: string, ...words: readonly string[]): ChildProcess => {
    symlinkSync(binary.path, join(folder, name));
    const child = spawn(join(folder, name), words, { cwd: folder, stdio: ['ignore', log, log] });
    t.after(() => child.kill('SIGKILL'));
    return child;
  };
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${client}`;
  const peers = `http://127.0.0.1:${peer}`;
  const store = start(
    'etcd',
    ...['--data-dir', join(folder, 'data'), '--unsafe-no-fsync', '--log-level', 'error'],
    ...['--listen-client-urls', etcd, '--advertise-client-urls', etcd],
    ...[
      '--listen-peer-urls',
      peers,
      '--initial-advertise-peer-urls',
      peers,
      '--initial-cluster',
      `default=${peers}`,
    ],
  );
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const token = randomBytes(16).toString('hex');
  writeFileSync(join(folder, 'tokens'), `${token},admin,1,system:masters\n`);
  const server = start(
    'kube-apiserver',
    ...[
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
    ],
    ...['--service-cluster-ip-range=10.96.0.0/16', '--authorization-mode=RBAC', '--token-auth-file=tokens'],
    ...['--service-account-issuer=https://kubernetes.default.svc', '--service-account-key-file=sa.pub'],
    ...[
      '--service-account-signing-key-file=sa.key',
      '--cert-dir=certificates',
      '--endpoint-reconciler-type=none',
    ],
  );
  const config = join(folder, 'kubeconfig');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'c', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'c',
    }),
  );
  symlinkSync(binary.path, join(folder, 'kubectl'));
  for (const deadline = Date.now() + 600_000; Date.now() < deadline; await pause(200)) {
    const { stdout } = spawnSync(join(folder, 'kubectl'), ['get', '--raw', '/readyz'], {
      env: { ...process.env, KUBECONFIG: config },
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (stdout === 'ok') return config;
    if (server.exitCode !== null || store.exitCode !== null) break;
  }
  throw new Error(`The API server is not ready: ${readFileSync(join(folder, 'log'), 'utf8').slice(-4000)}`);
}
