import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { command } from '../frame/cli/commands.ts';
import { noExecutables } from '../frame/elf/executables.ts';
import { makeFolder } from '../frame/programs.ts';

async function compile(cwd: string, argv: string[]): Promise<{ status: number; messages: string }> {
  let messages = '';
  const status = await cc(argv, { cwd, stderr: (text) => (messages += text) });
  return { status, messages };
}

const DOCUMENT =
  '{ output: !fd stdout, list: [1, 2.5, hello, !!bool "true"], at: !!timestamp "2020-01-02T03:04:05Z" }';

const PRINTED = `Hello world    42|42   |00042 ff 0XFF x 0x1234
3.141590 2.500 1.234568e+04 0.0001 1e+20 100 0.10000000000000001 2
0.3333333333 1e-300 1.79769e+308 -0.01 4.94065645841247e-324
thread 5
thread 105
thread 205
2000-02-29 wday 2 yday 59 turn 300
%TAG ! tag:nuxi.nl,2015:cloudabi/
---
!!map {
  ? !!str "output"
  : !fd "0",
  ? !!str "list"
  : !!seq [
    !!int "1",
    !!float "2.5",
    !!str "hello",
    !!bool "true",
  ],
  ? !!str "at"
  : !!timestamp "2020-01-02T03:04:05.000000000Z",
}

`;

describe('cloudabi cc --native', { skip: noExecutables ?? false }, () => {
  test('makes an executable with the C library, which runs', async (t) => {
    const cwd = makeFolder(t);
    const source = resolve('tests/programs/elf/library.c');
    assert.deepEqual(await compile(cwd, ['--native', '-Wall', '-Wextra', source, '-o', 'made']), {
      status: 0,
      messages: '',
    });
    const { status, stdout, stderr } = command('cloudabi-run', ['./made'], { cwd, input: DOCUMENT });
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(stdout, PRINTED);
  });

  test('does not compile what has ambient authority', async (t) => {
    const cwd = makeFolder(t);
    writeFileSync(
      join(cwd, 'open.c'),
      '#include <fcntl.h>\n#include <program.h>\nvoid program_main(const argdata_t *ad) { (void)ad; open("/etc/passwd", 0); }\n',
    );
    const { status, messages } = await compile(cwd, ['--native', 'open.c', '-o', 'open']);
    assert.equal(status, 1);
    assert.match(messages, /open/);
  });

  test('refuses C++ in one line', async (t) => {
    const cwd = makeFolder(t);
    writeFileSync(join(cwd, 'some.cc'), '');
    await assert.rejects(compile(cwd, ['--native', 'some.cc', '-o', 'some']), {
      code: 'toolchain_usage',
      message: 'Option --native compiles C, not C++: there is no C++ library for it',
    });
  });
});
