import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, file } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { makeFolder } from '../../frame/programs.ts';

for (const walls of ['all', 'landlock'] as const)
  test(`streams that are files are opened by name as they are open already (walls: ${walls})`, async (t) => {
    const folder = makeFolder(t);
    const [input, output, errors] = ['in', 'out', 'errors'].map((name) => join(folder, name));
    assert.ok(input !== undefined && output !== undefined && errors !== undefined);
    writeFileSync(input, 'read\n');
    const script = `cat /dev/stdin >> /dev/stdout
      cat /dev/stderr || echo kept >> /dev/stdout
      true >> /dev/stdin || echo kept too >> /dev/stdout
      echo written >> /dev/stderr`;
    const { exited } = launch(
      '/bin/sh',
      command({
        base: 'system',
        arguments: ['-c', script],
        stdin: file(input),
        stdout: file(output, { rights: ['write', 'create'] }),
        stderr: file(errors, { rights: ['write', 'create'] }),
      }),
      { walls },
    );
    assert.equal((await exited).kind, 'exited');
    assert.equal(readFileSync(output, 'utf8'), 'read\nkept\nkept too\n', readFileSync(errors, 'utf8'));
    assert.match(readFileSync(errors, 'utf8'), /written\n/);
    assert.equal(readFileSync(input, 'utf8'), 'read\n');
  });
