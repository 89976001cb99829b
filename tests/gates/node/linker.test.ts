import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LinkError } from '../../../src/gates/node/errors.ts';
import { type Linkage, linkProgram } from '../../../src/gates/node/link.ts';
import { passAsNobody } from '../../frame/other-user.ts';
import { folderWith } from '../../frame/program/sources.ts';

const SECRET = 'top-secret-words';

/** Time within which the linker must notice an endless input, in milliseconds. */
const SOON = 200_000;

function linked(program: string): Linkage {
  return linkProgram(program, { addons: [], without: [] }, [], { time: 4 * SOON, memory: 2 ** 31 });
}

/** Everything that a linked program and its observers learn. */
function told({ linked: { header, script, map } }: Linkage): string {
  return [JSON.stringify(header), ...[script, map].map((part) => Buffer.from(part).toString())].join('\n');
}

/** The same, or what is said of a program that is not linked. */
function toldOrRefused(program: string): string {
  try {
    return told(linked(program));
  } catch (error) {
    assert.ok(error instanceof LinkError, String(error));
    return error.message;
  }
}

function refusal(program: string): LinkError {
  try {
    linked(program);
  } catch (error) {
    assert.ok(error instanceof LinkError, String(error));
    return error;
  }
  assert.fail(`${program} was linked`);
}

/** A program of an attacker, beside which lies what it must not read. */
function attacked(t: TestContext, files: Readonly<Record<string, string>>): string {
  const own = Object.entries(files).map(([name, content]) => [`own/${name}`, content]);
  return folderWith(t, {
    'secret/key': SECRET,
    'secret/settings.json': `{ "compilerOptions": { "jsxFactory": "${SECRET.replaceAll('-', '_')}" } }`,
    'secret/x.map': JSON.stringify({ version: 3, sources: [SECRET], names: [], mappings: 'AAAA' }),
    'own/package.json': '{}',
    ...Object.fromEntries(own),
  });
}

test('a path that the linker reads differently does not resolve', (t) => {
  const folder = attacked(t, {});
  for (const up of [1, 2, 3, 99]) {
    for (const base of ['__virtual__', '$$virtual']) {
      const way = up === 99 ? join(folder, 'secret/key') : 'secret/key';
      const decoy = join(folder, 'own', base, 'a', `${up}`, way);
      mkdirSync(dirname(decoy), { recursive: true });
      writeFileSync(decoy, 'decoy');
      const program = join(folder, 'own/a.mjs');
      const path = `./${base}/a/${up}/${way}`.replaceAll('//', '/');
      writeFileSync(program, `import key from '${path}' with { type: 'text' }; export default key;`);
      assert.doesNotMatch(toldOrRefused(program), new RegExp(SECRET), path);
    }
  }
});

test('a file that is exchanged with a link while a program is linked is not read through it', async (t) => {
  const folder = attacked(t, {
    'a.mjs': "import key from './data.txt'; export default key;",
    'data.txt': 'harmless',
  });
  const own = join(folder, 'own');
  const exchanger = spawn(process.execPath, [
    '-e',
    `const { renameSync, symlinkSync, writeFileSync } = require('node:fs');
     const [file, secret] = process.argv.slice(1);
     process.stdout.write('ready');
     for (;;) {
       symlinkSync(secret, file + '.1'); renameSync(file + '.1', file);
       writeFileSync(file + '.2', 'harmless'); renameSync(file + '.2', file);
     }`,
    join(own, 'data.txt'),
    join(folder, 'secret/key'),
  ]);
  await once(exchanger.stdout, 'data');
  let ways = { linked: 0, refused: 0 };
  try {
    // One processor gives few turns in which the file stays long enough.
    for (let launches = 0; launches < 40 || (ways.linked === 0 && launches < 2000); launches++) {
      try {
        assert.doesNotMatch(told(linked(join(own, 'a.mjs'))), new RegExp(SECRET));
        ways = { ...ways, linked: ways.linked + 1 };
      } catch (error) {
        assert.ok(error instanceof LinkError, String(error));
        ways = { ...ways, refused: ways.refused + 1 };
      }
    }
  } finally {
    exchanger.kill('SIGKILL');
    await once(exchanger, 'exit');
  }
  assert.ok(ways.linked > 0, `the allowed twin was linked: ${JSON.stringify(ways)}`);
});

test('settings and source maps of others are not read', (t) => {
  const folder = attacked(t, {
    'a.tsx': 'export const made = <a />;',
    'm.js': 'export default 1;\n',
  });
  const secret = join(folder, 'secret');
  const own = join(folder, 'own');
  for (const path of [join(secret, 'settings.json'), '../secret/settings.json']) {
    writeFileSync(join(own, 'tsconfig.json'), JSON.stringify({ extends: path }));
    assert.doesNotMatch(toldOrRefused(join(own, 'a.tsx')), /top_secret/, path);
  }
  writeFileSync(join(own, 'settings.json'), '{ "compilerOptions": { "jsxFactory": "own_factory" } }');
  writeFileSync(join(own, 'tsconfig.json'), '{ "extends": "./settings.json" }');
  assert.match(told(linked(join(own, 'a.tsx'))), /own_factory/);

  for (const path of [join(secret, 'x.map'), '../secret/x.map', `file://${secret}/x.map`]) {
    writeFileSync(join(own, 'm.js'), `export default 1;\n//# sourceMappingURL=${path}\n`);
    assert.doesNotMatch(toldOrRefused(join(own, 'm.js')), new RegExp(SECRET), path);
  }
  renameSync(join(secret, 'x.map'), join(own, 'own.map'));
  writeFileSync(join(own, 'm.js'), 'export default 1;\n//# sourceMappingURL=own.map\n');
  assert.match(told(linked(join(own, 'm.js'))), new RegExp(SECRET));
});

test('the target of a link is in no message', (t) => {
  const folder = attacked(t, { 'a.ts': "import './b.ts';", 'package.json': '{ "name": "x" }' });
  const own = join(folder, 'own');
  const key = join(folder, 'secret/key');
  for (const name of ['tsconfig.json', 'b.ts', 'node_modules/x/package.json', 'a.ts']) {
    mkdirSync(dirname(join(own, name)), { recursive: true });
    if (name === 'a.ts') renameSync(join(own, name), join(own, 'moved.ts'));
    symlinkSync(key, join(own, name));
    assert.doesNotMatch(toldOrRefused(join(own, 'a.ts')), /top-|secret-words/, name);
  }
});

test('settings that packages of a workspace share are read', (t) => {
  const folder = folderWith(t, {
    'package.json': '{}',
    'tsconfig.base.json': '{ "compilerOptions": { "jsxFactory": "shared_factory" } }',
    'node_modules/x/i.js': '',
    'packages/a/package.json': '{}',
    'packages/a/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }',
    'packages/a/a.tsx': 'export const made = <a />;',
  });
  assert.match(told(linked(join(folder, 'packages/a/a.tsx'))), /shared_factory/);
});

test('a pipe is named instead of waited for', (t) => {
  const folder = attacked(t, {
    'data.mjs': "import text from './pipe' with { type: 'text' }; export default text;",
    'code.mjs': "import './pipe.js';",
    'map.mjs': 'export default 1;\n//# sourceMappingURL=pipe\n',
  });
  const own = join(folder, 'own');
  for (const name of ['pipe', 'pipe.js']) assert.equal(spawnSync('mkfifo', [join(own, name)]).status, 0);
  for (const name of ['data.mjs', 'code.mjs', 'map.mjs']) {
    const start = performance.now();
    const { message } = refusal(join(own, name));
    assert.match(message, /own\/pipe(\.js)?' is a pipe, for which it would wait/);
    assert.ok(performance.now() - start < SOON, name);
  }
});

test('nothing in a message moves the cursor', (t) => {
  const folder = attacked(t, {
    'a.mjs': `import '\u001b]0;title\u0007\u001b[2J';`,
    'b.mjs': 'const x = 1; x = 2 \u001b[31m;',
    'c.mjs': "import './\u001b[31m.mjs';",
    '\u001b[31m.mjs': 'this is no program',
  });
  for (const name of ['a.mjs', 'b.mjs', 'c.mjs']) {
    const { message } = refusal(join(folder, 'own', name));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it must not have them
    assert.doesNotMatch(message, /[\u0000-\u0009\u000b-\u001f\u007f]/, name);
  }
});

test('an ordinary user links between the same walls', (t) => {
  passAsNobody(t, [new URL(import.meta.url), new URL('link.test.js', import.meta.url)]);
});

test('without namespaces, Landlock holds the same files', (t) => {
  if (process.env['WITHOUT_NAMESPACES'] !== undefined) return t.skip('it is tried already');
  if (spawnSync('unshare', ['--user', '--map-root-user', 'setpriv', '--version']).status !== 0)
    return t.skip('no unshare and setpriv here');
  const without = fileURLToPath(new URL('../../frame/run/linux/without-namespaces.js', import.meta.url));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [
      '--user',
      '--map-root-user',
      process.execPath,
      without,
      process.execPath,
      '--test',
      '--test-reporter=tap',
      fileURLToPath(import.meta.url),
    ],
    { encoding: 'utf8', timeout: 600_000, env: { ...env, WITHOUT_NAMESPACES: '1' } },
  );
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^# pass [6-9]$/m);
});
