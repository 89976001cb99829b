import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describePlan } from '../../../src/plan/explain.ts';
import { command, file, type PresetName } from '../../../src/resources/constructors.ts';
import { planLinux } from '../../frame/plan/plans.ts';
import { makeFolder } from '../../frame/programs.ts';

const all: readonly PresetName[] = ['read', 'write', 'create', 'remove'];

test('explain says what holds of single files and of grants within wider ones', (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'inner'));
  for (const name of ['one', 'two', 'inner/file']) writeFileSync(join(folder, name), '');
  const plan = planLinux(
    '/bin/true',
    command({
      directories: {
        '/w': file(folder, { rights: all }),
        '/w/inner': file(join(folder, 'inner')),
      },
      files: {
        '/w/one': file(join(folder, 'one')),
        '/x/one': file(join(folder, 'one')),
        '/x/two': file(join(folder, 'two'), { rights: ['read', 'write'] }),
      },
    }),
  );
  const text = describePlan(plan);
  const about = (place: string): string => text.slice(text.indexOf(`"${place}"`)).split('\n\n')[0] ?? '';
  assert.match(about('/w/inner'), /Does not hold for a file that another process/);
  assert.match(about('/w/one'), /Does not hold for a file that another process/);
  assert.match(about('/x/one'), /It stays the present file/);
  assert.match(about('/x/two'), /It stays the present file[\s\S]*saving it by a rename needs its directory/);
  assert.doesNotMatch(about('/w'), /Not held|It stays|rename/);
});
