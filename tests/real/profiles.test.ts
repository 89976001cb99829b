// Each profile that we bring does what it is for, as this user and as an ordinary one, and withholds what it says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { shippedNames } from '../../src/profiles/shipped.ts';
import { executable } from '../frame/cli/commands.ts';
import { asUser, NOBODY } from '../frame/other-user.ts';
import { makeFolder } from '../frame/programs.ts';

type Outcome = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** A project of a user, and the command as that user. */
type Desk = {
  readonly project: string;
  /** Runs a program under a profile. */
  readonly exec: (options: readonly string[], ...words: string[]) => Outcome;
  /** Runs a shell as the same user, without us. */
  readonly outside: (script: string) => Outcome;
};

/** Authorities of a host whose connections are inspected. */
const AUTHORITIES = ['NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'SSL_CERT_FILE', 'CARGO_HTTP_CAINFO'];

function makeDesk(
  t: TestContext,
  uid: number | undefined,
  files: Readonly<Record<string, string>>,
): Desk | undefined {
  const user = uid === undefined ? undefined : asUser(uid);
  if (user !== undefined && 'missing' in user) {
    t.skip(user.missing);
    return undefined;
  }
  const home = makeFolder(t);
  const project = join(home, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  for (const path of [
    home,
    project,
    join(project, 'src'),
    ...Object.keys(files).map((name) => join(project, name)),
  ]) {
    if (uid !== undefined) chownSync(path, uid, uid);
    if (path !== home) continue;
    chmodSync(path, 0o755);
  }
  const ordinary = uid === undefined ? {} : { HOME: home };
  const env = {
    ...process.env,
    ...ordinary,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
  };
  const run = (words: readonly string[]): Outcome => {
    const [program = '', ...args] = [...(user?.words ?? []), ...words];
    return spawnSync(program, args, { cwd: project, encoding: 'utf8', env, timeout: 400_000 });
  };
  return {
    project,
    exec: (options, ...words) =>
      run([process.execPath, executable('cloudabi'), 'exec', ...options, '--', ...words]),
    outside: (script) => run(['sh', '-ec', script]),
  };
}

/** As this user, and where that is root as an ordinary one. */
const users: readonly (readonly [name: string, uid: number | undefined])[] = [
  ['this user', undefined],
  ['an ordinary user', NOBODY],
];

const reached = new Map<string, Promise<string | undefined>>();

/** Options of a profile that fetches from a host; `undefined`, and a skipped test, where that is not reached. */
async function online(
  t: TestContext,
  profile: string,
  ...hosts: string[]
): Promise<readonly string[] | undefined> {
  const options = ['--profile', profile];
  for (const host of hosts) {
    const found = reached.get(host) ?? reach(host);
    reached.set(host, found);
    const address = await found;
    if (address === undefined) {
      t.skip(`${host} is not reached from here`);
      return undefined;
    }
    // Mirrors often have addresses that a name alone does not grant.
    options.push('--net', `${address.includes(':') ? `[${address}]` : address}:443`);
  }
  for (const name of AUTHORITIES) if (process.env[name] !== undefined) options.push('--env', name);
  return options;
}

async function reach(host: string): Promise<string | undefined> {
  try {
    const { address } = await lookup(host);
    await fetch(`https://${host}/`, { signal: AbortSignal.timeout(30_000), redirect: 'manual' });
    return address;
  } catch {
    return undefined;
  }
}

function needs(t: TestContext, path: string): boolean {
  if (existsSync(path)) return true;
  t.skip(`needs ${path}`);
  return false;
}

for (const [user, uid] of users) {
  test(`git: ${user} commits, also in a linked working tree, and leaves no hook or setting behind`, (t) => {
    const desk = makeDesk(t, uid, { 'a.txt': 'a\n' });
    if (desk === undefined) return;
    const { exec, outside, project } = desk;
    const name = 'git config user.name x; git config user.email x@example.org';
    assert.equal(
      outside(`git init -q; ${name}; git add .; git commit -qm one; rmdir .git/hooks || rm -r .git/hooks`)
        .status,
      0,
    );
    const git = (...words: string[]): Outcome => exec(['--profile', 'git'], 'git', ...words);
    assert.equal(git('commit', '--allow-empty', '-qm', 'two').status, 0);
    assert.equal(git('log', '--format=%s').stdout, 'two\none\n');
    assert.notEqual(git('config', 'core.fsmonitor', 'id').status, 0);
    const routes = [
      'echo id > .git/hooks/post-commit',
      `perl -e 'rename ".git", "other" or exit 1'`,
      'echo /tmp > .git/commondir',
      'rm -rf .git/hooks',
      'mkdir x && git init -q --template= x/y && mv x/y/.git/config .git/config',
    ];
    const script = routes.map((route) => `(${route}) 2>/dev/null && echo "did: ${route}"`).join('; ');
    assert.equal(exec(['--profile', 'git'], 'sh', '-c', `${script}; echo end`).stdout, 'end\n');
    assert.deepEqual(existsSync(join(project, '.git/commondir')), false);
    const added = outside('git worktree add -q ../linked');
    assert.equal(added.status, 0, added.stderr);
    const linked = exec(['--profile', 'git', '--chdir', '/'], 'git', 'log');
    assert.notEqual(linked.status, 0);
    const inLinked = outside(
      `cd ../linked; '${process.execPath}' '${executable('cloudabi')}' exec --profile git -- git commit --allow-empty -qm three; git log --format=%s -1`,
    );
    assert.equal(inLinked.stdout, 'three\n', inLinked.stderr);
  });

  test(`compilers: ${user} builds and tests a program with make`, (t) => {
    if (!needs(t, '/usr/bin/make') || !needs(t, '/usr/bin/cc')) return;
    const desk = makeDesk(t, uid, {
      Makefile: 'test: program\n\t./program\nprogram: src/main.c\n\t$(CC) -o $@ $<\n',
      'src/main.c': '#include <stdio.h>\nint main(void) { return puts("built") < 0; }\n',
    });
    if (desk === undefined) return;
    const { status, stdout, stderr } = desk.exec(['--profile', 'compilers'], 'make', '-s', 'test');
    assert.deepEqual([status, stdout], [0, 'built\n'], stderr);
  });

  test(`npm: ${user} installs a package and runs a script`, async (t) => {
    const options = await online(t, 'npm', 'registry.npmjs.org');
    if (options === undefined || !needs(t, '/usr/bin/npm')) return;
    const manifest = { name: 'x', version: '1.0.0', scripts: { test: 'semver 1.2.3 -i minor' } };
    const desk = makeDesk(t, uid, { 'package.json': JSON.stringify(manifest) });
    if (desk === undefined) return;
    const installed = desk.exec(options, 'npm', 'install', '--no-audit', 'semver@7.8.5');
    assert.equal(installed.status, 0, installed.stderr);
    assert.match(desk.exec(options, 'npm', 'test').stdout, /^1\.3\.0$/m);
  });

  test(`pip: ${user} installs a package into an environment`, async (t) => {
    const options = await online(t, 'pip', 'pypi.org', 'files.pythonhosted.org');
    if (options === undefined || !needs(t, '/usr/bin/python3')) return;
    const desk = makeDesk(t, uid, {});
    if (desk === undefined) return;
    const script =
      "/usr/bin/python3 -m venv v && v/bin/pip install -q idna==3.7 && v/bin/python -c 'import idna; print(idna.__version__)'";
    const { status, stdout, stderr } = desk.exec(options, 'sh', '-c', script);
    assert.deepEqual([status, stdout], [0, '3.7\n'], stderr);
  });

  test(`cargo: ${user} builds with a crate`, async (t) => {
    const options = await online(t, 'cargo', 'index.crates.io', 'static.crates.io');
    if (options === undefined) return;
    const desk = makeDesk(t, uid, {
      'Cargo.toml':
        '[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nitoa = "=1.0.11"\n',
      'src/main.rs': 'fn main() { println!("{}", itoa::Buffer::new().format(42)); }\n',
    });
    if (desk === undefined) return;
    if (desk.outside('command -v cargo && cargo --version').status !== 0)
      return t.skip('this user has no cargo');
    const { status, stdout, stderr } = desk.exec(options, 'cargo', 'run', '-q');
    assert.deepEqual([status, stdout], [0, '42\n'], stderr);
  });

  test(`go: ${user} builds with a module`, async (t) => {
    const options = await online(t, 'go', 'proxy.golang.org');
    if (options === undefined) return;
    const desk = makeDesk(t, uid, {
      'go.mod': 'module x\ngo 1.18\nrequire github.com/google/uuid v1.6.0\n',
      'main.go':
        'package main\nimport ("fmt"; "github.com/google/uuid")\nfunc main() { fmt.Println(uuid.Nil) }\n',
    });
    if (desk === undefined) return;
    if (desk.outside('go version').status !== 0) return t.skip('this user has no go');
    const { status, stdout, stderr } = desk.exec(options, 'go', 'run', '-mod=mod', '.');
    assert.deepEqual([status, stdout], [0, '00000000-0000-0000-0000-000000000000\n'], stderr);
  });

  test(`agent: ${user} changes a project, but nothing that runs outside later, and sees no secrets`, (t) => {
    const desk = makeDesk(t, uid, {
      '.env': 'KEY=secret\n',
      '.env.example': 'KEY=\n',
      'package.json': '{}\n',
    });
    if (desk === undefined) return;
    const { exec, outside, project } = desk;
    assert.equal(
      outside('git init -q; git config user.name x; git config user.email x@example.org').status,
      0,
    );
    const agent = (script: string): Outcome => exec(['--profile', 'agent'], 'sh', '-c', script);
    const work = agent(
      'echo text > new.txt && git add new.txt && git commit -qm work && git log --format=%s && cat .env.example',
    );
    assert.deepEqual([work.status, work.stdout], [0, 'work\nKEY=\n'], work.stderr);
    assert.equal(readFileSync(join(project, 'new.txt'), 'utf8'), 'text\n');
    const routes = [
      'cat .env',
      'ls -A | grep -x .env',
      'mkdir .vscode',
      'echo id > .envrc',
      'echo id > src/.envrc',
      'mkdir src/.husky',
      'echo {} > .mcp.json',
      'mkdir -p .github/workflows',
      'echo {} > package.json',
      'echo {} > other && mv other package.json',
      'ln new.txt cloudabi.yaml',
      'echo id > .git/hooks/pre-commit',
      'ls ~/.ssh',
      'cat /root/.bashrc',
    ];
    const script = routes.map((route) => `(${route}) >/dev/null 2>&1 && echo "did: ${route}"`).join('; ');
    assert.equal(agent(`${script}; echo end`).stdout, 'end\n');
    const allowed = exec(
      ['--profile', 'agent', '--rule', 'allow change package.json'],
      'sh',
      '-c',
      'echo {} > package.json',
    );
    assert.equal(allowed.status, 0, allowed.stderr);
    const aside = exec(
      ['--profile', 'agent', '--overlay', '.'],
      'sh',
      '-c',
      'echo x > aside; mkdir .vscode; ls',
    );
    assert.match(aside.stdout, /^aside$/m, aside.stderr);
    assert.match(aside.stderr, /\.vscode/);
    assert.ok(!existsSync(join(project, 'aside')));
  });
}

test('maven: a project is built with a plugin of Maven Central', async (t) => {
  const options = await online(t, 'maven', 'repo.maven.apache.org');
  if (options === undefined || !needs(t, '/usr/bin/mvn')) return;
  const pom = `<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><packaging>pom</packaging></project>`;
  const desk = makeDesk(t, undefined, { 'pom.xml': pom });
  if (desk === undefined) return;
  const { status, stdout, stderr } = desk.exec(options, realpathSync('/usr/bin/mvn'), '-q', '-B', 'clean');
  if (/PKIX path building failed/.test(stdout)) return t.skip('Java does not trust this network');
  assert.equal(status, 0, stdout + stderr);
});

test('chromium: an ordinary user prints a page', (t) => {
  if (!needs(t, '/usr/bin/chromium')) return;
  const desk = makeDesk(t, NOBODY, { 'page.html': '<p id=x></p><script>x.textContent = 6 * 7</script>\n' });
  if (desk === undefined) return;
  const page = `file://${join(desk.project, 'page.html')}`;
  const words = ['--headless=new', '--disable-gpu', '--dump-dom', page];
  const { stdout, stderr } = desk.exec(['--profile', 'chromium'], '/usr/bin/chromium', ...words);
  assert.match(stdout, /<p id="x">42<\/p>/, stderr);
});

test('each profile that we bring is tried here', () => {
  const text = readFileSync('tests/real/profiles.test.ts', 'utf8');
  for (const name of shippedNames()) assert.match(text, new RegExp(`['\`]${name}: `), name);
});
