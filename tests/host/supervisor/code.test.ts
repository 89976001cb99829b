import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compiler, supervisorCode } from '../../../src/host/supervisor/code.ts';
import { categories } from '../../../src/policy/category.ts';
import { holdInSource, isWhatItsSourceSays } from '../../frame/host/machine-code.ts';

const source = 'src/host/supervisor/supervisor.c';

test('the supervisor is what its source says', (context) =>
  isWhatItsSourceSays(context, 'supervisor', { compiler, code: supervisorCode }));

test('categories and records have the same numbers in C', (context) => {
  const names = /enum \{\n {2}(is_walk[^}]*),\n\}/.exec(
    readFileSync('src/host/supervisor/judge.h', 'utf8'),
  )?.[1];
  const inC = names?.split(/,\s*/) ?? [];
  const count = `${inC.length} == ${categories.length}`;
  const same = inC.map((name, index) => `${name} == ${index}`);
  holdInSource(context, source, [count, ...same, 'sizeof(struct record) == 64']);
});
