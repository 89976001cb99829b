import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { graphFolder } from '../frame/graph/graphs.ts';

test('a process that ends without taking its graph down leaves no folder', (t) => {
  const document = graphFolder(
    t,
    `!graph
programs:
  waits: { program: /usr/bin/sleep, grants: !command { base: system, arguments: ['100'] } }
`,
  );
  const temporary = join(dirname(document), 'temporary');
  mkdirSync(temporary);
  const library = pathToFileURL('dist/graph/index.js').href;
  const script = `import { readdirSync } from 'node:fs';
    const { launchGraph } = await import(${JSON.stringify(library)});
    const graph = await launchGraph(${JSON.stringify(document)});
    console.log(readdirSync(${JSON.stringify(temporary)}).length, graph.status().programs[0]?.state);
    process.exit();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary },
  });
  assert.equal(stdout, '1 ready\n', stderr);
  assert.deepEqual(readdirSync(temporary), []);
});
