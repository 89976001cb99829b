// Mounts of the host and of a container reach each other where config.json says so, and nowhere else.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bind, type Json, noContainers, TestBundle, usualMounts } from '../frame/oci/bundle.ts';

const skip = noContainers;

const namespaces = ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type }));

function mount(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** A bundle on a shared mount of the host, with a container that runs and has `volume` of it at /volume. */
function start(
  context: TestContext,
  propagation: string | undefined,
  ...options: readonly string[]
): TestBundle {
  // Ahead of the removal of the directory, which its bundle does.
  let mounted: string | undefined;
  context.after(() => {
    if (mounted !== undefined) spawnSync('umount', ['-R', '-l', mounted]);
  });
  const bundle = new TestBundle(context);
  mount('--bind', bundle.directory, bundle.directory);
  mounted = bundle.directory;
  mount('--make-shared', bundle.directory);
  const volume = join(bundle.directory, 'volume');
  mkdirSync(join(volume, 'place'), { recursive: true });
  // The host keeps it when its root is taken off in the container's namespace.
  mkdirSync(join(volume, 'kept'));
  mount('--bind', join(volume, 'place'), join(volume, 'kept'));
  mkdirSync(join(bundle.directory, 'source'));
  writeFileSync(join(bundle.directory, 'source', 'flag'), '');
  const programs = ['/usr', '/bin', '/lib', '/lib64'].filter((path) => existsSync(path));
  const mounts: readonly Json[] = [
    ...usualMounts,
    ...programs.map((path) => bind(path, path, 'ro')),
    bind(volume, '/volume', ...options),
  ];
  bundle.configure(['sleep', '1000'], {
    mounts,
    linux: { namespaces, ...(propagation !== undefined && { rootfsPropagation: propagation }) },
  });
  const created = bundle.create();
  assert.equal(created.status, 0, created.stderr);
  assert.equal(bundle.run('start', bundle.id).status, 0);
  return bundle;
}

/** The optional fields of a mount of a process, such as `shared:1 master:2` (proc_pid_mountinfo(5)). */
function fieldsOf(pid: number | 'self', at: string): string {
  const lines = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trim().split('\n');
  const line = lines.map((each) => each.split(' ')).findLast((fields) => fields[4] === at);
  assert.ok(line, at);
  return line.slice(6, line.indexOf('-')).join(' ').replaceAll(/\d+/g, 'N');
}

/** The places on the host at which there are mounts within a bundle. */
function hostPlaces({ directory }: TestBundle): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((place) => place.startsWith(directory));
}

/** Mounts on the host beneath the volume, and lists that place in the container. */
function seenFromHost(bundle: TestBundle): string {
  mount('--bind', join(bundle.directory, 'source'), join(bundle.directory, 'volume/place'));
  return bundle.run('exec', bundle.id, 'ls', '/volume/place').stdout;
}

for (const { propagation, option, seen, root, volume } of [
  { propagation: undefined, option: [], seen: '', root: '', volume: '' },
  { propagation: 'rprivate', option: ['rprivate'], seen: '', root: '', volume: '' },
  { propagation: 'rslave', option: ['rslave'], seen: 'flag\n', root: 'master:N', volume: 'master:N' },
  { propagation: 'rslave', option: ['rprivate'], seen: '', root: 'master:N', volume: '' },
  { propagation: 'rshared', option: ['rshared'], seen: 'flag\n', root: 'shared:N', volume: 'shared:N' },
  { propagation: 'shared', option: ['rprivate'], seen: '', root: 'shared:N', volume: '' },
  { propagation: 'rshared', option: ['rslave'], seen: 'flag\n', root: 'shared:N', volume: 'master:N' },
  { propagation: 'unbindable', option: ['rslave'], seen: 'flag\n', root: 'unbindable', volume: 'master:N' },
] as const)
  test(`a root that is ${propagation ?? 'as usual'}, a mount that is ${option[0] ?? 'as usual'}`, {
    skip,
  }, (context) => {
    const bundle = start(context, propagation, ...option);
    // Its own mounts are not the host's: there are those of the test, and no others.
    assert.deepEqual(hostPlaces(bundle), [bundle.directory, join(bundle.directory, 'volume/kept')]);
    assert.equal(fieldsOf(bundle.pid, '/'), root);
    assert.equal(fieldsOf(bundle.pid, '/volume'), volume);
    assert.equal(fieldsOf('self', bundle.directory), 'shared:N');
    assert.equal(seenFromHost(bundle), seen);
  });

test('a mount within a container reaches the host where both are shared, and nowhere else', {
  skip,
}, (context) => {
  for (const [option, seen] of [
    ['rshared', true],
    ['rslave', false],
    ['rprivate', false],
  ] as const) {
    const bundle = start(context, 'rshared', option);
    const inside = [
      '--target',
      String(bundle.pid),
      '--mount',
      'mount',
      '-t',
      'tmpfs',
      'none',
      '/volume/place',
    ];
    const { status, stderr } = spawnSync('nsenter', inside, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.equal(hostPlaces(bundle).includes(join(bundle.directory, 'volume/place')), seen, option);
  }
});
