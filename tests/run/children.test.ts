import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import {
  childProgram,
  command,
  describePlan,
  file,
  launch,
  pipe,
  plan,
  processControl,
} from '../../src/index.ts';
import { planToJson } from '../../src/plan/explain.ts';
import { readGrants } from '../../src/plan/grants.ts';
import { programWith } from '../frame/program/sources.ts';
import { makeFolder } from '../frame/programs.ts';

/** Does something with a process that it controls, and says how that has ended. */
const controller = (action: string): string => `
  import { controlledProcess, program, writable } from 'cloudabi/program';
  export default program(
    { schema: { child: controlledProcess(), output: writable() } },
    async ({ child, output }) => {
      ${action};
      output.end(JSON.stringify(await child.ended()));
    },
  );`;

test('a program controls another one that was started with it', async (t) => {
  const cases = [
    ['exit 7', '', { kind: 'exited', code: 7 }],
    ['kill -USR2 $$', '', { kind: 'signal', name: 'SIGUSR2' }],
    ['exec sleep 1000', `child.signal('SIGTERM')`, { kind: 'signal', name: 'SIGTERM' }],
    ['exec sleep 1000', 'child.kill()', { kind: 'ended', reason: 'killed' }],
  ] as const;
  for (const [script, action, end] of cases) {
    const output = pipe('write');
    const child = childProgram({
      program: '/bin/sh',
      grants: { base: 'system', arguments: ['-c', script] },
    });
    await using parent = launch(programWith(t, controller(action)), { child, output });
    assert.deepEqual(JSON.parse(await text(output.stream)), end, script);
    assert.equal((await parent.exited).kind, 'exited');
  }
});

test('it ends with the program that controls it, and a daemon does not', async (t) => {
  for (const daemon of [false, true]) {
    const stdout = pipe('write');
    const stdin = pipe('read');
    await using child = launch(
      '/bin/sh',
      command({ base: 'system', arguments: ['-c', 'echo up; read x; echo read'], stdin, stdout }),
    );
    await new Promise((resolve) => stdout.stream.once('data', resolve));
    const source = programWith(t, 'export default () => undefined;');
    await using parent = launch(source, { child: processControl(child, { daemon }) });
    await parent.exited;
    if (daemon) stdin.stream.end('\n');
    const end = await child.exited;
    assert.equal(end.kind, daemon ? 'exited' : 'killed');
  }
});

test('a document starts a program beside a Linux program, which gets the descriptor', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\nexec sleep 1000\n');
  chmodSync(join(folder, 'tool'), 0o755);
  // A holder without our libraries: it sends the number of a signal, and reads kind, number and name.
  const script = `import socket; s = socket.socket(fileno=3); s.send(bytes([15])); print(s.recv(64)[8:].decode())`;
  const stdout = pipe('write');
  const grants = readGrants(
    `!command
base: system
arguments: [-c, '${script}']
stdout: !fd stdout
descriptors:
  3: !process { program: tool, grants: { base: system } }
`,
    { file: join(folder, 'grants.yaml') },
  );
  assert.match(describePlan(plan('/usr/bin/python3', grants)), /Controls .*tool.*ends with it/);
  await using child = launch(
    '/usr/bin/python3',
    command({
      base: 'system',
      arguments: ['-c', script],
      stdout,
      descriptors: { 3: childProgram({ program: join(folder, 'tool'), grants: { base: 'system' } }) },
    }),
  );
  assert.equal(await text(stdout.stream), 'SIGTERM\n');
  assert.equal((await child.exited).kind, 'exited');
});

test('mistakes of a program that is started are told before anything is opened', (t) => {
  const program = programWith(t, 'export default () => undefined;');
  const folder = makeFolder(t);
  for (const [child, expected] of [
    [{ program: '/none/at/all' }, /\/none\/at\/all/],
    [{ program: '/bin/sh', grants: { base: 'none' } }, /base/],
    [{ program: '/bin/sh', grants: { base: 'system', files: { '/x': file('/none/here') } } }, /none\/here/],
    [{ program: '/bin/sh', grants: {}, argdata: {} }, /leave one out/],
    [{ grants: {} }, /program/],
    [{ program: '/bin/sh', demon: true }, /daemon/],
  ] as const)
    assert.throws(
      () => plan(program, { child: childProgram(child as never) }),
      expected,
      JSON.stringify(child),
    );
  assert.ok(plan(program, { child: childProgram('/bin/sh'), folder: file(folder) }));
});

test('a program that its parent could exchange is not started', (t) => {
  const program = programWith(t, 'export default () => undefined;');
  const folder = makeFolder(t);
  const tool = join(folder, 'tool');
  writeFileSync(tool, '#!/bin/sh\n');
  chmodSync(tool, 0o755);
  mkdirSync(join(folder, 'other'));
  const write = { rights: ['read', 'write', 'create'] } as const;
  const child = childProgram({ program: tool, grants: { base: 'system' } });
  assert.throws(() => plan(program, { child, folder: file(folder, write) }), /started with it/);
  const between = childProgram({
    program: '/bin/sh',
    argdata: undefined,
    grants: { base: 'system', stdin: child },
  });
  assert.throws(() => plan(program, { between, folder: file(folder, write) }), /started with it/);
  assert.ok(plan(program, { child, folder: file(join(folder, 'other'), write) }));
});

test('the plan of a program that is started too is told with that of the first', (t) => {
  const child = childProgram({ program: '/bin/sh', grants: { base: 'system', arguments: ['-c', 'exit'] } });
  const planned = plan(programWith(t, controller('')), { child });
  assert.match(
    describePlan(planned),
    /\nStarted by !process \/bin\/sh:\n {4}Program \/.*sh \(.*\n[\s\S]*\n {4}For the whole process:/,
  );
  const [program] = planToJson(planned).programs;
  assert.ok(program?.from === '!process /bin/sh' && program.plan.program.kind === 'linux');
});
