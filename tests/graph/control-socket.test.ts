// The control socket of a graph: other local users neither reach it nor put one of theirs in its place.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { graphFolder } from '../frame/graph/graphs.ts';
import { asUser, NOBODY } from '../frame/other-user.ts';
import { makeFolder } from '../frame/programs.ts';

const GRAPH = `!graph
programs:
  a:
    program: /bin/sh
    grants: !command { base: system, arguments: [-c, 'sleep 1000'] }
`;

type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a command of graphs where the only folder for running graphs is one among temporary files. */
function graph(temporary: string, ...words: readonly string[]): Ran {
  const { XDG_RUNTIME_DIR: _, ...env } = process.env;
  return spawnSync(process.execPath, [executable('cloudabi'), 'graph', ...words], {
    env: { ...env, TMPDIR: temporary },
    encoding: 'utf8',
  });
}

/** Asks the control socket at a path to stop the graph; gives what comes back. */
const ASK = `
const socket = require('node:net').connect(process.argv[1]);
socket.on('error', (error) => console.log(error.code));
socket.on('connect', () => socket.write('{"id":1,"do":"down"}\\n'));
socket.on('data', (data) => { console.log(String(data)); process.exit(); });
socket.on('end', () => console.log('ended'));
`;

test('another user does not reach the control socket of a graph, and its own user does', (t) => {
  const other = asUser(NOBODY);
  if ('missing' in other) return t.skip(other.missing);
  const folder = makeFolder(t);
  chmodSync(folder, 0o1777);
  const file = graphFolder(t, GRAPH, {});
  const up = graph(folder, 'up', '--detach', file);
  assert.deepEqual([up.status, up.stderr], [0, '']);
  t.after(() => graph(folder, 'down', file));
  const own = join(folder, `cloudabi-run-${process.geteuid?.()}`);
  const [name = ''] = readdirSync(own).filter((one) => one.startsWith('graph-'));
  const socket = join(own, name, 'control.sock');
  const [program, ...words] = other.words;
  const asked = spawnSync(program, [...words, process.execPath, '-e', ASK, socket], { encoding: 'utf8' });
  assert.equal(asked.stdout, 'EACCES\n');
  assert.match(graph(folder, 'status', file).stdout, /^a +\w+/m, 'it runs on');
  const mine = spawnSync(process.execPath, ['-e', ASK, socket], { encoding: 'utf8' });
  assert.equal(mine.stdout, '{"id":1,"value":null}\n\n');
});

test('a folder for running graphs that another user has made is not used', (t) => {
  if (process.geteuid?.() !== 0) return t.skip('an ordinary user gives no folder away');
  const folder = makeFolder(t);
  const file = graphFolder(t, GRAPH, {});
  const taken = join(folder, `cloudabi-run-${process.geteuid?.()}`);
  mkdirSync(taken, { mode: 0o700 });
  chownSync(taken, NOBODY, NOBODY);
  const up = graph(folder, 'up', '--detach', file);
  assert.notEqual(up.status, 0);
  assert.match(up.stderr, /no folder for running graphs; set XDG_RUNTIME_DIR to one that is yours alone/);
  assert.deepEqual(readdirSync(taken), []);
});
