// Files of /etc and /var in the base `system`: targets of links in /usr, without secrets and users.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { linkedFiles } from '../../../src/plan/linux/linked-files.ts';
import { homeOf, PublicFiles } from '../../../src/plan/linux/public-files.ts';
import { plan } from '../../../src/plan/plan.ts';
import { command } from '../../../src/resources/constructors.ts';
import { makeFolder } from '../../frame/programs.ts';

test('files about users, secrets, the network or services are not shown', () => {
  for (const path of [
    '/etc/passwd',
    '/etc/shadow-',
    '/etc/ssh/ssh_host_ed25519_key',
    '/etc/ssl/private/key.pem',
    '/etc/sudoers.d/x',
    '/etc/krb5.keytab',
    '/etc/hosts',
    '/etc/machine-id',
    '/etc/environment',
    '/etc/NetworkManager/system-connections/home',
    '/etc/nginx/nginx.conf',
    '/var/lib/postgresql/15',
    '/var/lib/docker/overlay2',
    '/var/lib/private/x',
    '/var/spool/cron/crontabs/root',
    '/var/mail/root',
    '/root/.ssh',
    '/home/me',
    '/etc',
    '/var/lib/',
    '/usr/share/perl',
  ])
    assert.equal(homeOf(path), undefined, path);
  assert.equal(homeOf('/etc/texmf/web2c/texmf.cnf'), '/etc/texmf');
  assert.equal(homeOf('/var/lib/aspell/en.rws'), '/var/lib/aspell');
});

const skip = process.getuid?.() !== 0 && 'files of the system are made by root alone';

function shown(path: string): readonly string[] {
  const found = new PublicFiles();
  found.add(path);
  return found.files.map((file) => file.path).sort();
}

function makeTree(t: TestContext): string {
  const folder = join(makeFolder(t), 'settings');
  for (const path of ['', 'a', 'a/deep', 'b']) mkdirSync(join(folder, path), { mode: 0o755 });
  for (const path of ['one', 'a/two', 'a/deep/three', 'b/four']) writeFileSync(join(folder, path), '');
  return folder;
}

test('a directory is shown as a whole where every user may read all of it', { skip }, (t) => {
  const folder = makeTree(t);
  symlinkSync('/root', join(folder, 'b/link'));
  assert.deepEqual(shown(folder), [folder]);
});

test('a part that some users may not read, or that others may change, stays out', { skip }, (t) => {
  const folder = makeTree(t);
  const rest = ['a/deep', 'b', 'one'].map((path) => join(folder, path));
  for (const mode of [0o600, 0o640, 0o666]) {
    chmodSync(join(folder, 'a/two'), mode);
    assert.deepEqual(shown(folder), rest, mode.toString(8));
  }
  chmodSync(join(folder, 'a/two'), 0o644);
  for (const mode of [0o700, 0o711, 0o777, 0o1777]) {
    chmodSync(join(folder, 'a'), mode);
    assert.deepEqual(shown(folder), rest.slice(1), mode.toString(8));
  }
  chmodSync(folder, 0o700);
  assert.deepEqual(shown(folder), []);
});

test('the base system has what links in /usr lead to', () => {
  const found = new Map(linkedFiles().map(({ path, type }) => [path, type]));
  for (const [path, type] of found) {
    const stats = lstatSync(path);
    assert.ok(type === 'directory' ? stats.isDirectory() : stats.isFile(), path);
    assert.equal(stats.mode & 0o002, 0, `others may change ${path}`);
    assert.notEqual(stats.mode & 0o004, 0, `not everybody may read ${path}`);
    // Or it would be found anew at every start.
    const isList = /^\/var\/lib\/(?:dpkg|pacman|rpm)$/.test(path);
    assert.ok(isList || homeOf(path) !== undefined, `${path} is withheld`);
  }
  const made = plan('/bin/true', command({ base: 'system' }));
  assert.equal(made.kind, 'linux');
  const entries = new Map(made.linux.entries.map((entry) => [entry.at, entry]));
  for (const path of found.keys())
    assert.ok(
      [...entries.keys()].some((at) => `${path}/`.startsWith(`${at}/`)),
      path,
    );
  for (const entry of entries.values())
    if (entry.kind === 'mount' && /^\/(?:etc|var)\//.test(entry.at))
      assert.deepEqual([entry.access, entry.execute], ['read', false], entry.at);
  // The rule of one package that most hosts have.
  if (readdirSync('/var/lib').includes('dpkg')) assert.equal(entries.get('/var/lib/dpkg')?.kind, 'mount');
});

test('a launcher with other numbers for users leaves a cache that is of no use to others', (t) => {
  const cache = makeFolder(t);
  const module = new URL('../../../../dist/plan/linux/linked-files.js', import.meta.url).href;
  const script = `import { linkedFiles } from '${module}'; console.log(JSON.stringify(linkedFiles()));`;
  const find = (folder: string, ...before: string[]): string => {
    const [program = '', ...words] = [...before, process.execPath, '--input-type=module', '-e', script];
    const env = { ...process.env, XDG_CACHE_HOME: folder };
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', env });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const inside = ['unshare', '--user', '--map-user=4711', '--map-group=4711'];
  if (spawnSync('unshare', [...inside.slice(1), 'true']).status !== 0)
    return t.skip('no unshare with a user namespace here');
  const right = find(makeFolder(t));
  find(cache, ...inside);
  assert.equal(find(cache), right);
});
