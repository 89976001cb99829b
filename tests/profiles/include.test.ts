import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commandWithProfiles, readGrants } from '../../src/plan/grants.ts';
import { Command } from '../../src/resources/command.ts';
import { file } from '../../src/resources/constructors.ts';
import { makeFolder, setEnvironment } from '../frame/programs.ts';

const HEAD = '%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n!command\n';

/** A placeholder of a profile. */
const place = (name: string): string => ['$', '{', name, '}'].join('');

/** A folder with profiles and a home of its own. */
function scene(t: TestContext, profiles: Readonly<Record<string, string>>): string {
  const around = makeFolder(t);
  const folder = join(around, 'project');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(profiles)) writeFileSync(join(folder, name), HEAD + text);
  mkdirSync(join(around, 'home'));
  setEnvironment(t, { HOME: join(around, 'home'), XDG_CONFIG_HOME: join(around, 'config') });
  return folder;
}

function read(folder: string, text: string): Command {
  const { content, mistakes } = readGrants(HEAD + text, { file: join(folder, 'grants.yaml') });
  mistakes.throwIfAny();
  assert.ok(content instanceof Command);
  return content;
}

test('a document counts before a profile, lists are put together, and grants keep their places', (t) => {
  const folder = scene(t, {
    'a.yaml': [
      'base: system',
      'environment: {A: profile, B: profile}',
      'system_calls: [set_id_files]',
      'directories:',
      `  "${place('project')}": !file {path: "${place('project')}", rights: read}`,
      '  /x: !file {path: ., rights: read}',
      'limits: {open_files: 10, file_size: 1MiB}',
      'network: {hosts: ["a.example.org:443"]}',
    ].join('\n'),
  });
  const text =
    'include: ./a.yaml\nbase: minimal\nenvironment: {A: document}\nlimits: {open_files: 20}\n' +
    'system_calls: [debug]\nnetwork: {hosts: ["b.example.org:443"]}\nfiles: {/x: !file {path: ../home}}\n';
  const { parts } = read(folder, text);
  assert.equal(parts.linux.base, 'minimal');
  assert.deepEqual(Object.fromEntries(parts.environment), { A: 'document', B: 'profile' });
  assert.deepEqual(parts.linux.systemCalls, ['set_id_files', 'debug']);
  assert.deepEqual(parts.limits, { openFiles: 20, fileSize: 2 ** 20 });
  assert.deepEqual([...parts.directories.keys()], [folder]);
  assert.deepEqual([...parts.linux.files.keys()], ['/x']);
  assert.equal(parts.directories.get(folder)?.position?.file, './a.yaml');
  assert.equal(parts.directories.get(folder)?.position?.line, 8);
  assert.deepEqual(parts.sources, [join(folder, 'a.yaml')]);
  assert.deepEqual(
    parts.linux.network?.mode === 'hosts' &&
      parts.linux.network.hosts.map(({ rule: { host } }) => host.kind === 'name' && host.name),
    ['a.example.org', 'b.example.org'],
  );
});

test('profiles that differ are a mistake that names both places, and those that agree are none', (t) => {
  const folder = scene(t, {
    'a.yaml': 'environment: {A: "1", B: "2"}\nbase: system\n',
    'b.yaml': 'environment:\n  A: "1"\n  B: "3"\nbase: system\n',
    'c.yaml': 'include: [./a.yaml, ./b.yaml]\nenvironment: {B: "4"}\n',
  });
  assert.throws(
    () => read(folder, 'include: [./a.yaml, ./b.yaml]\n'),
    /a\.yaml:4:26: Two profiles differ in 'environment\["B"\]', here and at \.\/b\.yaml:6:6/,
  );
  assert.throws(() => read(folder, 'include: ./c.yaml\n'), /differ in 'environment/);
  assert.equal(read(folder, 'include: ./a.yaml\nenvironment: {B: "5"}\n').parts.environment.get('B'), '5');
});

test('a profile that includes itself, is missing, or has what belongs to one start is a mistake', (t) => {
  const folder = scene(t, {
    'loop.yaml': 'include: ./loop.yaml\n',
    'stream.yaml': 'stdout: !fd stdout\narguments: [x]\n',
    'tree.yaml': '',
  });
  writeFileSync(join(folder, 'tree.yaml'), 'a: secret\n');
  symlinkSync('/dev/zero', join(folder, 'zero.yaml'));
  const wrong = (text: string, message: RegExp): void => {
    assert.throws(() => read(folder, `include: ${text}\n`), message);
  };
  wrong('./loop.yaml', /Profile '\.\/loop\.yaml' includes itself/);
  wrong('./stream.yaml', /A profile has no key 'stdout'/);
  wrong('./tree.yaml', /Profile '\.\/tree\.yaml' is no document with !command at its top/);
  wrong('./none.yaml', /Cannot read the profile '\.\/none\.yaml': no such file/);
  wrong('./zero.yaml', /is not a regular file/);
  wrong('gti', /There is no profile 'gti'; there are .*did you mean 'git'\?/);
  wrong('"../git"', /Cannot read the profile/);
  wrong('"git\\e[2J"', /is no name of a profile/);
  wrong('5', /Key 'include' expects the name or path of a profile/);
});

test('a name never leads to the working directory', (t) => {
  const folder = scene(t, { 'mine.yaml': 'base: system\n' });
  assert.throws(() => read(folder, 'include: mine\n'), /There is no profile 'mine'/);
  assert.throws(() => read(folder, 'include: mine.yaml\n'), /is no name of a profile/);
  assert.equal(read(folder, 'include: ./mine.yaml\n').parts.linux.base, 'system');
});

test("a profile of the user's configuration counts if no other user can have written it", (t) => {
  const folder = scene(t, {});
  const profiles = join(folder, '../config/cloudabi/profiles');
  mkdirSync(profiles, { recursive: true });
  const mine = join(profiles, 'mine.yaml');
  writeFileSync(mine, `${HEAD}base: system\n`);
  chmodSync(mine, 0o644);
  assert.equal(read(folder, 'include: mine\n').parts.linux.base, 'system');

  chmodSync(mine, 0o666);
  assert.throws(() => read(folder, 'include: mine\n'), /mine\.yaml' can be written by others than its owner/);
  chmodSync(mine, 0o644);
  chmodSync(profiles, 0o777);
  assert.throws(() => read(folder, 'include: mine\n'), /profiles' can be written by others/);
  chmodSync(profiles, 0o755);
  writeFileSync(join(profiles, 'git.yaml'), `${HEAD}base: none\n`);
  assert.throws(() => read(folder, 'include: git\n'), /There are two profiles 'git'/);
  symlinkSync(mine, join(profiles, 'link.yaml'));
  assert.throws(() => read(folder, 'include: link\n'), /Cannot use the profile .*link\.yaml/);
  if (process.getuid?.() !== 0) return;
  chownSync(mine, 65534, 65534);
  assert.throws(() => read(folder, 'include: mine\n'), /belongs to user 65534/);
});

test('placeholders stand for paths at the beginning of a text, and for nothing else', (t) => {
  const at = (text: string): string =>
    `directories:\n  ${JSON.stringify(text)}: !file {path: ${JSON.stringify(text)}, missing: leave_out}\n`;
  const folder = scene(t, {});
  const grant = (text: string): readonly string[] => {
    writeFileSync(join(folder, 'p.yaml'), HEAD + at(text));
    return [...read(folder, 'include: ./p.yaml\n').parts.directories.keys()];
  };
  assert.deepEqual(grant(`${place('home')}/.npm`), [join(folder, '../home/.npm')]);
  assert.deepEqual(grant(place('config')), [join(folder, '../config')]);
  assert.deepEqual(grant('$HOME'), ['$HOME']);
  assert.throws(
    () => grant(`${place('hom')}/x`),
    /Unknown placeholder '\$\{hom\}'.*did you mean '\$\{home\}'/,
  );
  assert.throws(() => grant(`/x/${place('home')}`), /stands at the beginning of a path/);
  assert.throws(() => grant(`${place('home')}x`), /stands at the beginning of a path/);
  assert.throws(() => grant(`${place('home')}/${place('home')}`), /stands at the beginning of a path/);
  setEnvironment(t, { HOME: folder });
  assert.throws(() => grant(place('project')), /holds all of a user's files and is no project/);
  // A text of the document itself is never a placeholder.
  assert.deepEqual([...read(folder, at(place('home'))).parts.directories.keys()], [place('home')]);
});

test('the API and options stand on profiles as a document does', (t) => {
  const folder = scene(t, {
    'a.yaml': 'environment: {A: profile}\nlimits: {cpu_time: 5s}\nssh_agent: [x]\n',
  });
  const { parts } = commandWithProfiles(join(folder, 'a.yaml'), {
    environment: { B: 'own' },
    sshAgent: ['y'],
    limits: { openFiles: 30 },
    directories: { '/x': file(folder) },
  });
  assert.deepEqual(Object.fromEntries(parts.environment), { A: 'profile', B: 'own' });
  assert.deepEqual(parts.limits, { cpuTime: 5000, openFiles: 30 });
  assert.deepEqual(parts.linux.sshAgent?.keys, [
    { kind: 'comment', text: 'x' },
    { kind: 'comment', text: 'y' },
  ]);
});
