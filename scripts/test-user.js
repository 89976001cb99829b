// Runs the tests that differ for an ordinary user, as one: those that launch, plan and confine programs. Root calls it
// behind `node scripts/test.js`, which builds them; other users have run them as ordinary users already.
// TEST_PROCESSES says how many files run at once.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NOBODY = 65534;
const FOLDERS = [
  'capsicum',
  'cli',
  'control',
  'differential',
  'elf',
  'faults',
  'gates/elf',
  'graph',
  'host',
  'nscd',
  'oci',
  'plan',
  'run',
  'services',
  'syslog',
  'worlds',
];
/** The parts of the checkout that tests read. */
const NEEDED = [
  '.ci',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'attacks',
  'bench',
  'biome.json',
  'build',
  'dist',
  'fuzz',
  'node_modules',
  'package-lock.json',
  'package.json',
  'profiles',
  'scripts',
  'sdk',
  'spec',
  'src',
  'tests',
  'tsconfig.json',
];

const checkout = fileURLToPath(new URL('..', import.meta.url));
const asNobody = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', process.execPath];

if (process.getuid?.() !== 0) {
  console.log('Not root: the tests have run as an ordinary user already');
  process.exit(0);
}
const room = mkdtempSync(join(tmpdir(), 'cloudabi-tests-'));
chmodSync(room, 0o755);
try {
  process.exitCode = run(readable(checkout) ? checkout : copied());
} finally {
  rmSync(room, { recursive: true, force: true });
}

function readable(folder) {
  const look = `require('node:fs').readdirSync(${JSON.stringify(join(folder, 'build/tests'))})`;
  return spawnSync('setpriv', [...asNobody, '-e', look]).status === 0;
}

/** The checkout may lie in root's home. */
function copied() {
  const copy = join(room, 'checkout');
  for (const name of NEEDED)
    if (existsSync(join(checkout, name)))
      cpSync(join(checkout, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
  return copy;
}

function run(folder) {
  const home = join(room, 'home');
  mkdirSync(home);
  chownSync(home, NOBODY, NOBODY);
  const files = FOLDERS.flatMap((name) =>
    readdirSync(join(folder, 'build/tests', name), { recursive: true })
      .filter((file) => file.endsWith('.test.js') && !file.endsWith('unprivileged.test.js'))
      .map((file) => join('build/tests', name, file)),
  );
  const concurrency = process.env['TEST_PROCESSES'] ?? availableParallelism();
  const { status } = spawnSync(
    'setpriv',
    [
      ...asNobody,
      '--test',
      '--test-reporter=spec',
      `--test-concurrency=${concurrency}`,
      '--enable-source-maps',
      ...files,
    ],
    { cwd: folder, stdio: 'inherit', env: { ...process.env, HOME: home, TMPDIR: home } },
  );
  return status ?? 1;
}
