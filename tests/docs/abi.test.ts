// docs/abi.md and the reference that is generated beside it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSpec } from '../../src/abi/spec/parse.ts';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { Page } from '../frame/docs/page.ts';
import { makeFolder } from '../frame/programs.ts';

const abi = new Page('docs/abi.md');
const reference = new Page('docs/abi-reference.md');
const example = abi.block('abi');
const prototypes = reference.blocks('c');

/** Declarations that the example of the page refers to. */
const SURROUNDINGS = `chapter Basics
enum errno : u16 (C: E*) -- Outcome.
  success = 0 -- Good.
  exist = 1 -- It exists.
opaque fd : u32 -- Descriptor.
flags rights : u64 -- Rights.
  file_open = 1 -- Open.
  file_create_file = 2 -- Create.
  fd_datasync = 4 -- Synchronize.
  fd_sync = 8 -- Synchronize all.
flags fdflags : u16 -- Flags.
  dsync = 1 -- Synchronized.
flags lookupflags : u32 -- Flags.
  symlink_follow = 1 -- Follow.
struct lookup -- Directory.
  fd : fd -- Directory.
  flags : lookupflags -- How.
struct fdstat -- Attributes.
  fs_flags : fdflags -- Flags.
  fs_rights_base : rights -- Rights.
`;

test('the example of the notation is read as the page says', () => {
  const { calls, types } = parseSpec(SURROUNDINGS + example);
  assert.deepEqual([...calls.keys()], ['file_open']);
  assert.ok(types.has('oflags'));
});

test('the C declarations of the reference are those of the headers', async (t) => {
  const cwd = makeFolder(t);
  assert.equal(prototypes.length, 49);
  // A second declaration that differs from the first is an error of the compiler.
  writeFileSync(join(cwd, 'reference.c'), `#include <cloudabi_syscalls.h>\n${prototypes.join('')}`);
  let messages = '';
  const status = await cc(['-Wall', '-Wextra', '-Werror', '-c', 'reference.c'], {
    cwd,
    clang: await loadClang(),
    stderr: (text) => (messages += text),
    stdout: () => {},
  });
  assert.deepEqual({ status, messages }, { status: 0, messages: '' });
});

abi.end();
reference.end();
