import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { file } from '../../src/resources/constructors.ts';
import { granted, run } from '../frame/differential/run.ts';
import { makeFolder } from '../frame/programs.ts';
import { shell } from '../frame/run/linux/launching.ts';

function withMask(t: TestContext, mask: number): void {
  const before = process.umask(mask);
  t.after(() => process.umask(before));
}

for (const program of ['tests/programs/differential/files.wasm', 'tests/frame/differential/program.ts'])
  test(`files that ${program} makes are as private as the user's own`, async (t) => {
    withMask(t, 0o077);
    const { tree } = await run(granted(program), [[['open', '0', 'a', 'w', '0']]], makeFolder(t));
    assert.match(tree.join('\n'), /^a 100600 /m);
  });

for (const mask of [0o077, 0o002])
  test(`files that a Linux program makes have the user's mask ${mask.toString(8)}`, async (t) => {
    withMask(t, mask);
    const folder = makeFolder(t);
    const { out, errors } = await shell(
      'umask; touch /w/file; mkdir /w/directory; ls -ld /etc | cut -c1-10',
      {
        directories: { '/w': file(folder, { rights: ['read', 'write', 'create', 'remove'] }) },
      },
    );
    // Files that are made for it stay readable.
    assert.equal(out, `${mask.toString(8).padStart(4, '0')}\ndrwxr-xr-x\n`, errors);
    assert.equal(statSync(join(folder, 'file')).mode & 0o777, 0o666 & ~mask);
    assert.equal(statSync(join(folder, 'directory')).mode & 0o777, 0o777 & ~mask);
  });
