import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const raw = resolve('tests/programs/sdk/raw_calls.wasm');

test('a C program calls CloudABI directly, on the descriptors that its C library has too', (t) => {
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'granted'));
  const input =
    'output: !fd stdout\ndirectory: !file {path: granted, rights: [read, write, create, remove]}\n';
  const { status, stdout, stderr } = command('cloudabi-run', [raw], { cwd, input });
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'clock_res_get 0',
    'time goes on 1',
    'random_get 0',
    'some chance 1',
    'thread_yield 0',
    'file_open 0',
    'the C library writes 1',
    'fd_pread 0',
    'it reads what was written 1',
    'fd_seek 0',
    'offset 10',
    'file_stat_get 0',
    'size 10',
    'fd_stat_put 0',
    'fd_stat_put of more 76',
    'the C library cannot write 1',
    'fd_stat_get 0',
    'rights 1',
    'close by the C library 1',
    'fd_stat_get of a closed one 8',
    'file_unlink 0',
    'file_unlink again 44',
    'fd_create2 0',
    'poll 0',
    'the clock first 1',
    'write to the pair 1',
    'poll 0',
    'then the socket 1',
    'sock_recv 0',
    'it is the text 1',
    'sock_shutdown 0',
    'end of file 1',
    'fd_dup 0',
    'fd_replace 0',
    'fd_close 0',
    'fd_close again 8',
  ]);
  assert.deepEqual({ status, stderr }, { status: 7, stderr: '' });
  assert.deepEqual(readdirSync(join(cwd, 'granted')), []);
});
