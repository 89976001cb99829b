import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePlan, planToJson } from '../../src/plan/explain.ts';
import { makeSandbox } from '../frame/resources/sandbox.ts';

const yaml = `listen:
- !socket
  bind: 127.0.0.1:8080
logfile: !file
  path: access.log
  rights: [append, create]
rootdir: !file
  path: d
`;

test('a plan is explained with every descriptor, its rights, its place and what enforces each limit', (t) => {
  const sandbox = makeSandbox(t);
  const text = describePlan(sandbox.plan(yaml)).replaceAll(sandbox.root, 'ROOT');
  assert.equal(
    text,
    `Program ROOT/p.wasm (WebAssembly)

It gets 3 descriptors:

  0  listen[0]  ROOT/g.yaml:2:3
     Listens on 127.0.0.1:8080 (TCP)
     Rights: fd_read, fd_stat_put_flags, file_stat_fget, poll_fd_readwrite, sock_accept
     Descriptors from it can get: fd_read, fd_stat_put_flags, fd_write, file_stat_fget,
       poll_fd_readwrite, sock_shutdown
     No call without its right: kernel rights
     No other address: seccomp, Landlock

  1  logfile  ROOT/g.yaml:4:10
     File ROOT/access.log (append, create, will be created)
     Rights: fd_datasync, fd_sync, fd_write, file_stat_fget, poll_fd_readwrite
     No call without its right: kernel rights
     No change of existing bytes: kernel rights, append mode of the descriptor, seccomp
     No reading: kernel rights, access mode of the descriptor

  2  rootdir  ROOT/g.yaml:7:10
     Directory ROOT/d (read)
     Rights: file_open, file_readdir, file_readlink, file_stat_fget, file_stat_get
     Files in it can get: fd_read, fd_seek, fd_tell, file_advise, file_open, file_readdir,
       file_readlink, file_stat_fget, file_stat_get, mem_map, poll_fd_readwrite
     No call without its right: kernel rights
     Nothing outside this directory: lookups beneath (openat2, sealed table), seccomp, Landlock
     No change beneath it: kernel rights, Landlock

For the whole process:
  No file that was not granted: lookups beneath (openat2, sealed table), seccomp, Landlock
  No new socket, connection, process or signal to others: seccomp
`,
  );
});

test('a command is explained with its arguments, variables, limits and warnings', (t) => {
  const sandbox = makeSandbox(t);
  const planned = sandbox.plan(`!command
arguments: [-x]
environment: { HOME: / }
directories: { /: !file { path: ., rights: [read, write] } }
limits: { memory: 64 MiB, wall_clock: 10s }
`);
  const text = describePlan(planned).replaceAll(sandbox.root, 'ROOT');
  assert.match(text, /^ {2}0 {2}stdin\n {5}Nothing: every use is refused$/m);
  assert.match(text, /^ {2}3 {2}directories\["\/"\] {2}ROOT\/g\.yaml:4:19$/m);
  assert.match(
    text,
    /^It is started with the arguments "ROOT\/p\.wasm" "-x"\nand the variable "HOME" in its environment\.$/m,
  );
  assert.match(text, /^ {2}At most 64 MiB of memory: the module's maximum$/m);
  assert.match(text, /^ {2}At most 10 s from start to end: timer and SIGKILL of the launcher$/m);
  assert.match(
    text,
    /\nWorth a look:\n {2}ROOT\/g\.yaml:4:19: Directory '\.' can be changed and holds the program itself\n$/,
  );
});

test('a plan as JSON has the same facts and survives a round trip', (t) => {
  const sandbox = makeSandbox(t);
  const json = planToJson(sandbox.plan(yaml));
  assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
  assert.deepEqual(json.grants[1], {
    descriptor: 1,
    place: 'logfile',
    position: { file: sandbox.path('g.yaml'), line: 4, column: 10 },
    kind: 'file',
    description: `File ${sandbox.path('access.log')} (append, create, will be created)`,
    rights: {
      base: ['fd_datasync', 'fd_sync', 'fd_write', 'file_stat_fget', 'poll_fd_readwrite'],
      inheriting: [],
    },
    enforcement: [
      { limit: 'No call without its right', by: ['kernel rights'] },
      {
        limit: 'No change of existing bytes',
        by: ['kernel rights', 'append mode of the descriptor', 'seccomp'],
      },
      { limit: 'No reading', by: ['kernel rights', 'access mode of the descriptor'] },
    ],
  });
  assert.deepEqual(new Set(Object.values(json.limits)), new Set([null]));
});

test('a plan without grants says so', (t) => {
  assert.match(describePlan(makeSandbox(t).plan('a: 1')), /\nIt gets no descriptors\.\n/);
});

test('control characters in a name never reach the terminal', (t) => {
  const text = describePlan(makeSandbox(t).plan('"a\\e[31m": !executable\n'));
  assert.ok(!text.includes('\u{1b}'));
});
