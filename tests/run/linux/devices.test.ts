import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { plan } from '../../../src/plan/plan.ts';
import { command, file } from '../../../src/resources/constructors.ts';
import { makeFolder } from '../../frame/programs.ts';
import { shell } from '../../frame/run/linux/launching.ts';

test('a device that is granted by its name opens as it was granted', async () => {
  const { out, errors } = await shell(
    'echo in > /x/null && head -c 3 /x/zero | wc -c; echo in > /x/zero || echo kept',
    {
      // The harmless devices of a world of its own may be written to.
      dev: false,
      files: {
        '/x/null': file('/dev/null', { rights: ['read', 'write'] }),
        '/x/zero': file('/dev/zero'),
      },
    },
  );
  assert.equal(out, '3\nkept\n', errors);
});

test('a device in a granted directory does not open', async (t) => {
  const folder = makeFolder(t);
  if (spawnSync('mknod', [join(folder, 'zero'), 'c', '1', '5']).status !== 0) return t.skip('needs root');
  const { out } = await shell('head -c 3 /w/zero || echo refused', { directories: { '/w': file(folder) } });
  assert.equal(out, 'refused\n');
});

test('a device that could not be opened on the host either is refused by the plan', (t) => {
  const folder = makeFolder(t);
  const device = join(folder, 'zero');
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'nodev', 'none', folder]).status !== 0)
    return t.skip('needs root');
  try {
    assert.equal(spawnSync('mknod', [device, 'c', '1', '5']).status, 0);
    assert.throws(() => plan('/bin/sh', command({ base: 'system', files: { '/x/zero': file(device) } })), {
      message:
        /Device '[^']*zero' cannot be opened: it lies on a file system that is mounted without devices/,
    });
  } finally {
    spawnSync('umount', [folder]);
  }
});
