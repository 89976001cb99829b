// Package managers install from their registry alone, as unmodified programs.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { grantRegistries } from '../frame/real/registry.ts';
import { assertRefused, lacks, slow, testAsUsers } from '../frame/real/run-as.ts';

/** Names that no rule grants and that no registry has. */
const ELSEWHERE = 'packages.example.org';

testAsUsers(
  'npm installs a package from its registry alone',
  lacks('npm'),
  async (t, { folder, exec, write }) => {
    const granted = await grantRegistries(t, ['registry.npmjs.org']);
    if (granted === undefined) return;
    write('package.json', '{ "name": "x", "version": "1.0.0" }');
    const npm = ['npm', '--cache', 'cache', '--no-audit', '--no-fund', '--fetch-retries', '0'];
    const good = await exec(['--write', '.', ...granted, '--', ...npm, 'install', 'left-pad']);
    assert.equal(good.status, 0, good.stderr);
    assert.ok(existsSync(join(folder, 'node_modules/left-pad/package.json')));
    const bad = await exec([
      ...['--write', '.', ...granted, '--', ...npm],
      ...['--registry', `https://${ELSEWHERE}`, 'install', 'is-odd'],
    ]);
    assert.notEqual(bad.status, 0);
    assertRefused(bad, `${ELSEWHERE}:443`);
  },
);

testAsUsers('pip installs a package from its registry alone', slow || lacks('python3'), async (t, user) => {
  const { folder, exec } = user;
  const granted = await grantRegistries(t, ['pypi.org', 'files.pythonhosted.org']);
  if (granted === undefined) return;
  const made = await exec(['--write', '.', '--', '/usr/bin/python3', '-m', 'venv', 'v']);
  if (made.status !== 0) return t.skip(`no venv: ${made.stdout}${made.stderr}`);
  const pip = [
    'v/bin/python',
    '-m',
    'pip',
    '--no-cache-dir',
    '--retries',
    '0',
    '--disable-pip-version-check',
  ];
  const good = await exec(['--write', '.', ...granted, '--', ...pip, 'install', 'six']);
  assert.equal(good.status, 0, good.stderr);
  assert.equal((await user.run(join(folder, 'v/bin/python'), ['-c', 'import six'])).status, 0);
  const index = ['--index-url', `https://${ELSEWHERE}/simple`];
  const bad = await exec(['--write', '.', ...granted, '--', ...pip, 'install', ...index, 'idna']);
  assert.notEqual(bad.status, 0);
  assertRefused(bad, `${ELSEWHERE}:443`);
});

/** Cargo of the distribution, or of rustup in a home that the user may read. */
const toolchain = process.env['CARGO_HOME'] ?? join(process.env['HOME'] ?? '/root', '.cargo');
const cargo = [join(toolchain, 'bin/cargo'), '/usr/bin/cargo'].find((path) => existsSync(path));

testAsUsers(
  'cargo fetches a crate from its registry alone',
  slow || (cargo === undefined && 'cargo not installed'),
  async (t, { folder, exec, run, write }) => {
    const granted = await grantRegistries(t, ['index.crates.io', 'static.crates.io']);
    if (granted === undefined || cargo === undefined) return;
    const rustup = process.env['RUSTUP_HOME'] ?? join(toolchain, '../.rustup');
    const see = [toolchain, rustup].filter((path) => existsSync(path)).flatMap((path) => ['--read', path]);
    if ((await run('test', ['-x', cargo])).status !== 0) return t.skip('this user cannot start cargo');
    write('src/main.rs', 'fn main() {}\n');
    write('Cargo.toml', '[package]\nname = "x"\nversion = "0.1.0"\n[dependencies]\nitoa = "1"\n');
    const env = [
      `CARGO_HOME=${join(folder, 'home')}`,
      `RUSTUP_HOME=${rustup}`,
      `PATH=${join(toolchain, 'bin')}:/usr/bin:/bin`,
      'CARGO_NET_RETRY=0',
    ];
    const words = ['--write', '.', ...see, ...env.flatMap((one) => ['--env', one]), ...granted];
    const good = await exec([...words, '--', cargo, 'fetch']);
    assert.equal(good.status, 0, good.stderr);
    assert.ok(existsSync(join(folder, 'Cargo.lock')));
    const half = words.filter((word, at) => !/^index\./.test(word) && !/^index\./.test(words[at + 1] ?? ''));
    const bad = await exec([...half, '--env', `CARGO_HOME=${join(folder, 'other')}`, '--', cargo, 'fetch']);
    assert.notEqual(bad.status, 0);
    assertRefused(bad, 'index.crates.io:443');
  },
);

testAsUsers('go downloads a module from its proxy alone', lacks('go'), async (t, { folder, exec, write }) => {
  const granted = await grantRegistries(t, ['proxy.golang.org']);
  if (granted === undefined) return;
  write('go.mod', 'module x\ngo 1.20\nrequire rsc.io/quote v1.5.2\n');
  const settings = ['GOFLAGS=-mod=mod', 'GOSUMDB=off', `GOPATH=${join(folder, 'path')}`, 'GOTOOLCHAIN=local'];
  const env = [...settings, `GOCACHE=${join(folder, 'cache')}`].flatMap((one) => ['--env', one]);
  const see = existsSync('/usr/local/go') ? ['--read', '/usr/local/go'] : [];
  const words = ['--write', '.', ...see, ...env, ...granted];
  const good = await exec([...words, '--', 'go', 'mod', 'download']);
  assert.equal(good.status, 0, good.stderr);
  assert.ok(existsSync(join(folder, 'path/pkg/mod/rsc.io/quote@v1.5.2')));
  const bad = await exec([
    ...[...words, '--env', `GOPROXY=https://${ELSEWHERE}`, '--env', `GOPATH=${join(folder, 'other')}`],
    ...['--', 'go', 'mod', 'download'],
  ]);
  assert.notEqual(bad.status, 0);
  assertRefused(bad, `${ELSEWHERE}:443`);
  // Files of modules are read-only, so that their folder could not be removed.
  await exec(['--write', '.', ...see, ...env, '--', 'go', 'clean', '-modcache']);
});
