import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { file, launch, pipe, plan } from '../../../src/index.ts';
import { describePlan } from '../../../src/plan/explain.ts';
import { launchPlan } from '../../../src/run/launch.ts';
import { folderWith } from '../../frame/program/sources.ts';

/** A program whose package is granted, and looks around while the second wall is not up yet. */
function lookingAround(t: TestContext): { readonly folder: string; readonly program: string } {
  const folder = folderWith(t, {
    'secret/key': 'top-secret',
    'home/own/package.json': '{}',
    'home/own/a.mjs': `import { program } from 'cloudabi/program';
      import seen from 'looks';
      export default program(({ output }) => { output.end(seen); });`,
    'home/own/node_modules/looks/package.json': '{ "name": "looks", "main": "i.js" }',
    'home/own/node_modules/looks/i.js': `const { readFileSync, readdirSync } = require('node:fs');
      const tell = (run) => { try { return run(); } catch (error) { return error.code; } };
      const up = __dirname.replace(/\\/home\\/own\\/.*/, '');
      module.exports = [
        () => readFileSync(up + '/secret/key', 'utf8'),
        () => readFileSync(up + '/home/node_modules/key', 'utf8'),
        () => readFileSync(up + '/home/own/a.mjs', 'utf8'),
        () => readFileSync(__filename, 'utf8').slice(0, 5),
      ].map(tell).join();`,
  });
  symlinkSync('../secret', join(folder, 'home/node_modules'));
  return { folder, program: join(folder, 'home/own/a.mjs') };
}

test('a package with an addon sees the folders of packages, and none that is only called so', async (t) => {
  const { program, folder } = lookingAround(t);
  const planned = plan(program, { output: pipe('write') }, { addons: ['looks'] });
  const explained = describePlan(planned);
  assert.match(explained, new RegExp(`^ {2}${folder}/home/own/node_modules$`, 'm'));
  assert.doesNotMatch(explained, /secret|home\/node_modules/);

  const output = pipe('write');
  const process = launch(program, { output }, { addons: ['looks'] });
  assert.equal(await text(output.stream), 'ENOENT,ENOENT,ENOENT,const');
  assert.deepEqual((await process.exited).kind, 'exited');
});

test('a folder of packages that is a link to another one is found', async (t) => {
  const { program, folder } = lookingAround(t);
  const modules = join(folder, 'home/own/node_modules');
  mkdirSync(join(folder, 'shared'));
  renameSync(modules, join(folder, 'shared/node_modules'));
  symlinkSync('../../shared/node_modules', modules);
  const output = pipe('write');
  const process = launch(program, { output }, { addons: ['looks'] });
  assert.match(await text(output.stream), /,const$/);
  assert.deepEqual((await process.exited).kind, 'exited');
});

test('a folder of packages that is exchanged with a link after planning is not followed', (t) => {
  const { program, folder } = lookingAround(t);
  const planned = plan(program, { output: pipe('write') }, { addons: ['looks'] });
  const modules = join(folder, 'home/own/node_modules');
  renameSync(modules, `${modules}.old`);
  symlinkSync('../../secret', modules);
  assert.throws(() => launchPlan(planned), /Cannot load addons from '.*node_modules': it has gone or moved/);
});

test('behind Landlock alone, a program may not change the addons that are loaded before it is confined', (t) => {
  const { program, folder } = lookingAround(t);
  const own = join(folder, 'home/own');
  const grants = { output: pipe('write'), own: file(own, { rights: ['read', 'write', 'create', 'remove'] }) };
  assert.throws(() => plan(program, grants, { addons: ['looks'], walls: 'landlock' }), {
    message: /it holds '.*node_modules' \(its native addons\)/,
  });
  assert.ok(plan(program, grants, { addons: ['looks'] }));
});
