import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { modulePath } from '../frame/capsicum/child.ts';

const without = fileURLToPath(new URL('../../attacks/inside/without.js', import.meta.url));

/** Enters capability mode on a host that lacks a mechanism. Returns the answer of the process. */
function enterWithout(lacking: string, acceptMissing: readonly string[], keep: object): unknown {
  const source = `
    import { enter } from '${modulePath}';
    import fs from 'node:fs';
    const attempt = (action) => { try { action(); return 'succeeded'; } catch (error) { return error.code; } };
    const entered = attempt(() => enter(${JSON.stringify({ acceptMissing, keep })}));
    console.log(JSON.stringify([entered, attempt(() => fs.readdirSync('/tmp')), attempt(() => fs.statSync('/etc/passwd'))]));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [without, lacking, process.execPath, '--input-type=module', '-e', source],
    { encoding: 'utf8', timeout: 300_000 },
  );
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

const open = ['missing_mechanism', 'succeeded', 'succeeded'];

describe('on a host without a mechanism', () => {
  for (const lacking of ['landlock', 'landlock-off', 'mseal']) {
    const mechanism = lacking.replace('-off', '');
    const other = mechanism === 'mseal' ? 'landlock' : 'mseal';

    test(`enter refuses and changes nothing, unless that is accepted: ${lacking}`, () => {
      assert.deepEqual(enterWithout(lacking, [], { '/tmp': 'read' }), open);
      assert.deepEqual(enterWithout(lacking, [other], { '/tmp': 'read' }), open);
      assert.deepEqual(enterWithout(lacking, [mechanism], { '/tmp': 'read' }), [
        'succeeded',
        'succeeded',
        'EACCES',
      ]);
    });
  }
});
