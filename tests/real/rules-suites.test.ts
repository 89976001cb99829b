// Suites of public programs pass under rules that a supervisor holds: npm run real:rules.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RULES } from '../frame/real/rules.ts';
import { isInstalled, lacks, slow, testAsUsers } from '../frame/real/run-as.ts';

/** Sources of PostgreSQL in the version that is installed, as `apt-get source postgresql-15` gives them. */
const source = process.env['PG_SOURCE'];

const [bin] = existsSync('/usr/lib/postgresql')
  ? readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`)
  : [];

/** Makes the library of the suite, and puts those of the installation beside it. */
const BUILD = `set -e; cd "$1"; [ ! -e src/test/regress/regress.so ] || exit 0
  [ -e src/include/pg_config.h ] || ./configure --without-readline --without-zlib
  make -s -C src/backend generated-headers; cd src/test/regress
  cp "$2"/autoinc.so "$2"/refint.so .
  cc -O1 -fPIC -shared -I../../include -D_GNU_SOURCE -DDLSUFFIX='".so"' -DHOST_TUPLE='""' -o new.so regress.c
  mv new.so regress.so`;

const noSource =
  source === undefined
    ? 'PG_SOURCE names no sources of PostgreSQL'
    : bin === undefined && 'postgresql not installed';

testAsUsers('PostgreSQL passes its own regression suite under rules', noSource, async (t, user) => {
  const library = resolve(bin ?? '', '../lib');
  const regress = join(source ?? '', 'src/test/regress');
  const built = spawnSync('sh', ['-c', BUILD, 'sh', source ?? '', library], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  const { stdout: id } = await user.run('id', ['-u']);
  if (id.trim() === '0') return t.skip('PostgreSQL serves no root');
  user.write('kept', '');
  const words = [
    ...[join(library, 'pgxs/src/test/regress/pg_regress'), `--bindir=${bin}`, `--inputdir=${regress}`],
    ...[`--dlpath=${regress}`, `--outputdir=${user.folder}`, `--temp-instance=${join(user.folder, 'data')}`],
    ...['--no-locale', '--encoding=UTF8', `--schedule=${join(regress, 'parallel_schedule')}`],
  ];
  const grants = ['--write', user.folder, '--chdir', user.folder, '--read', regress, '--network', 'loopback'];
  const { status, stdout, stderr } = await user.exec([
    ...grants,
    ...RULES,
    '--env',
    'LC_ALL=C',
    '--',
    ...words,
  ]);
  assert.equal(status, 0, `${stdout.slice(-2000)}\n${stderr}`);
  assert.match(stdout, /All \d+ tests passed/);
});

/** Puts a package and pytest into folders of the working directory. */
const FETCH = `set -e; python3 -m pip install -q --target site pytest==8.4.2
  python3 -m pip download -q --no-deps --no-binary :all: --no-build-isolation -d sdist six==1.17.0
  tar xzf sdist/*.tar.gz --strip-components=1; rm -r sdist`;

const noPytest =
  slow || lacks('python3') || (!isInstalled('pip') && !isInstalled('pip3') && 'pip not installed');

testAsUsers('pytest passes the suite of a public package under rules', noPytest, async (t, user) => {
  const fetched = await user.run('sh', ['-c', FETCH]);
  if (fetched.status !== 0) return t.skip(`nothing was fetched: ${fetched.stderr.slice(-300)}`);
  user.write('kept', '');
  const words = ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test_six.py'];
  const outside = await user.run('env', ['PYTHONPATH=site', ...words]);
  assert.equal(outside.status, 0, outside.stdout);
  const grants = ['--write', '.', '--env', 'PYTHONPATH=site'];
  const under = await user.exec([...grants, ...RULES, '--', ...words]);
  const count = (text: string): string | undefined => /\d+ passed[^\n]*(?= in )/.exec(text)?.[0];
  assert.notEqual(count(outside.stdout), undefined);
  assert.deepEqual(
    [under.status, count(under.stdout)],
    [0, count(outside.stdout)],
    under.stdout + under.stderr,
  );
});
