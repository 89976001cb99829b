// Options become a document and options again, and the plan stays the same.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { belowOptions, NOTHING_BELOW } from '../../src/cli/below-options.ts';
import { execOptions } from '../../src/cli/exec.ts';
import { grantOptions, linuxOptions, unlistedOptions } from '../../src/cli/grant-options.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { optionsOf } from '../../src/cli/options-of.ts';
import { planOptions } from '../../src/cli/plan-exec.ts';
import { readServiceOptions } from '../../src/cli/service-option.ts';
import { readGrants } from '../../src/plan/grants.ts';
import { checksumOf } from '../../src/plan/linux/executables/checksum-list.ts';
import { findExecutables } from '../../src/plan/linux/executables/find-executables.ts';
import { plan } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/plan-types.ts';
import { Command } from '../../src/resources/command.ts';
import { printCommand } from '../../src/resources/print/print-command.ts';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

/** Lines of options; `DIR` is the folder of the test. */
const lines: readonly string[] = [
  '',
  '--read DIR/src --write DIR/out:/out --read-data DIR/data --write-data DIR/more',
  '--read DIR/file --write DIR/src/b --read-data DIR/src/c:/c --write-data DIR/src/d',
  '--overlay DIR/src --overlay DIR/out:/out --limit changes=1GiB',
  '--overlay DIR/src --overlay-name second',
  '--env A=1 --env B= --env C=a=b:c --env HOME',
  '--limit memory=64MiB --limit wall_clock=10s --limit processes=100 --limit cpus=1.5 --limit cpu_time=30s --limit open_files=256 --limit file_size=1GiB',
  '--limit wall_clock=90s --limit cpus=2 --no-stdin --no-stderr',
  '--no-stdout',
  '--base minimal --chdir /',
  '--base system --chdir /usr --no-tmp --no-dev --no-proc --no-terminal',
  '--base system --proc everything --terminal',
  '--base none --read /usr --read /lib64 --read /lib --tmp --dev --proc',
  '--proc processes',
  '--network none',
  '--network loopback --publish 8080:80 --publish 8443:443',
  '--network host --connect 80 --connect 443 --bind 8080',
  '--network host',
  '--net registry.example.org:443 --net *.example.org:80,443 --net 10.0.0.0/8:53/udp --net [2001:db8::]/32:8000-8010 --net localhost:5432 --net public:443',
  '--net GET,HEAD@registry.example.org:443 --net-except bad.example.org --net-except *.evil.example.org:22 --net-resolver 192.0.2.53 --publish 8080:80',
  '--net a.example.org:443 --net-limit connections=100 --net-limit connections_per_second=20 --net-limit bytes_per_second=1MiB --net-limit bytes=10GiB',
  '--secret HOME@a.example.org:443 --secret PATH@b.example.org:443=header:x-key --net GET@b.example.org:443 --secret LANG@c.example.org:8443=basic:me',
  '--ssh-agent SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA --ssh-agent DIR/key.pub --ssh-agent me@here',
  '--service pwd={users:~[root,~0],~fields:~[name,~uid]} --service grp --service netdb={commands:~[getservbyname]}',
  '--socket DIR/socket --socket DIR/socket:/run/other',
  '--listen 127.0.0.1:0 --listen [::1]:0',
  '--home --env-file DIR/vars',
  '--home=DIR/out',
  '--base system --profile git',
  '--executables DIR/list --refuse script --refuse static --trusted',
  '--executables DIR/list',
  '--promise stdio,rpath,exec,proc',
  '--user 65534:65534',
  '--show-user 1234:55',
  '--overlay DIR/src --overlay DIR/data:/d --overlay-name mine --tmp',
  '--encrypt DIR/src --encrypt DIR/data:/d --encrypt-key DIR/file',
  '--write DIR/src --hide **/.env --append **/*.log --policy DIR/rules --rules-state drop',
  '--crash-guard 3/10s/1min --rule deny@ioctl@TIOCSTI',
  '--write DIR/src --rule mask@DIR/src/b --rule deny@write@DIR/src/c',
  '--allow-calls debug --allow-calls user_namespaces',
];

function scene(t: TestContext): string {
  const folder = makeFolder(t);
  for (const name of ['src', 'out', 'data', 'more']) mkdirSync(join(folder, name));
  for (const name of ['file', 'src/b', 'src/c', 'src/d', 'key.pub']) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'vars'), 'ONE=1\nTWO=two words\n');
  writeFileSync(
    join(folder, 'list'),
    findExecutables(['/bin/true'])
      .map((path) => `${checksumOf(path)?.sha256}  ${path}\n`)
      .join(''),
  );
  writeFileSync(join(folder, 'rules'), 'hide **/secret\n');
  const server = createServer().listen(join(folder, 'socket'));
  t.after(() => server.close());
  process.env['LANG'] ??= 'C';
  return folder;
}

/** The plan without its spelling and places in a document. */
function bare(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, bare(item)]));
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const left = [
    'position',
    'pathPosition',
    'rightsPosition',
    'addressPosition',
    'spelling',
    'warnings',
    'source',
  ];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !left.includes(key))
      .map(([key, item]) => [key, key === 'why' ? String(item).replace(/^--/, '') : bare(item)]),
  );
}

const same = (a: Plan, b: Plan): void => assert.deepEqual(bare(a), bare(b));

describe('a document with the grants of', () => {
  for (const line of lines)
    test(line === '' ? 'nothing' : line, async (t) => {
      if (line.startsWith('--show-user') && process.getuid?.() === 0)
        return t.skip('root has no user namespace');
      if (line.startsWith('--user') && process.getuid?.() !== 0)
        return t.skip('only root becomes another user');
      // A share of processors needs a control group, which ordinary users rarely have; root tries the line as it is.
      const tried = process.getuid?.() === 0 ? line : line.replace(/--limit cpus=\S+ ?/, '');
      const folder = scene(t);
      const words = tried.split(' ').filter(Boolean);
      const given = words.map((word) =>
        word
          .replaceAll('DIR', folder)
          .replace(/(GET|HEAD|mask|deny|write|ioctl)@/g, '$1 ')
          .replaceAll('~', ' '),
      );
      const read = parseOptions([...given, '--', '/bin/true', 'a', '-b', 'true'], execOptions);
      const first = planOptions('exec', read, await belowOptions(read));
      const text = printCommand(first.command.parts);
      const grants = readGrants(text);
      const second = plan('/bin/true', grants);
      same(first.plan, second);
      // And back; a profile may have grants that are made when they are missing, as no option says.
      if (given.includes('--profile')) return;
      assert.ok(grants.content instanceof Command);
      const { words: again, lost } = optionsOf(grants.content.parts, 'linux');
      assert.deepEqual(lost, []);
      const options = parseOptions([...again, '--', '/bin/true', 'a', '-b', 'true'], execOptions);
      const third = planOptions('exec', options, {
        ...NOTHING_BELOW,
        services: given.includes('--service') ? readServiceOptions(options) : undefined,
      });
      same(first.plan, third.plan);
    });
});

test('every option that grants is among these lines', () => {
  const given = new Set(lines.flatMap((line) => line.split(' ')));
  const all = [...grantOptions, ...linuxOptions, ...unlistedOptions].map(({ name }) => name);
  assert.deepEqual(
    all.filter((name) => !given.has(name)),
    [],
  );
});

test('WebAssembly programs have the same grants from the document', (t) => {
  const folder = scene(t);
  const module = join(folder, 'program.wasm');
  copyFileSync(resolve('examples/hello/hello.wasm'), module);
  const words = [
    '--read',
    `${folder}/src:src`,
    '--write',
    `${folder}/out:out`,
    '--limit',
    'threads=2',
    '--env',
    'A=b',
  ];
  const first = planOptions('exec', parseOptions([...words, '--', module], execOptions), NOTHING_BELOW);
  const grants = readGrants(printCommand(first.command.parts));
  same(first.plan, plan(module, grants));
  assert.ok(grants.content instanceof Command);
  const { words: again, lost } = optionsOf(grants.content.parts, 'wasm');
  assert.deepEqual(lost, []);
  same(
    first.plan,
    planOptions('exec', parseOptions([...again, '--', module], execOptions), NOTHING_BELOW).plan,
  );
});

test('the printed document and command line are taken as they are', (t) => {
  const cwd = scene(t);
  const shown = command(
    'cloudabi',
    ['exec', '--print-grants', '--walls', 'landlock', '--read', 'src', '--no-stdin', '--', '/bin/ls', 'src'],
    { cwd },
  );
  assert.equal(shown.stderr, '');
  assert.match(
    shown.stdout,
    /^# cloudabi run --walls landlock \/bin\/ls < grants\.yaml\n# Relative paths start /,
  );
  writeFileSync(join(cwd, 'grants.yaml'), shown.stdout);
  const run = command('cloudabi', ['run', '--walls', 'landlock', '--config', 'grants.yaml', '/bin/ls'], {
    cwd,
  });
  assert.deepEqual([run.status, run.stdout], [0, 'b\nc\nd\n'], run.stderr);
  const back = command('cloudabi', ['explain', '--as-options', '--config', 'grants.yaml', '/bin/ls'], {
    cwd,
  });
  assert.match(
    back.stdout,
    /^cloudabi exec --no-stdin --read src --no-terminal|^cloudabi exec --no-stdin --read src -- \/bin\/ls src\n$/,
  );
});

test('grants that no option says are named with their places, and nothing else is printed', (t) => {
  const cwd = scene(t);
  const text =
    '!command\ntmp: 64MiB\nstdout: !file { path: file, rights: write }\nfiles:\n  /f: !file { path: file, rights: [read] }\n';
  writeFileSync(join(cwd, 'grants.yaml'), text);
  const { status, stdout, stderr } = command(
    'cloudabi',
    ['explain', '--as-options', '--config', 'grants.yaml', '/bin/ls'],
    { cwd },
  );
  assert.deepEqual([status, stdout], [65, '']);
  assert.equal(
    stderr,
    "grants.yaml:3:9: No option grants stdout that is not ours\ngrants.yaml:2:6: No option grants the size of 'tmp'\n",
  );
});

test('a path that is not UTF-8 has no document', (t) => {
  const cwd = scene(t);
  const read = parseOptions(['--read', `${cwd}/src:/a\udcff`, '--', '/bin/true'], execOptions);
  const { command: made } = planOptions('exec', read, NOTHING_BELOW);
  assert.throws(() => printCommand(made.parts), /A document is UTF-8/);
});
