import assert from 'node:assert/strict';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  allRights,
  Errno,
  Eventtype,
  Fdflags,
  Fdsflags,
  Filetype,
  Fsflags,
  Mflags,
  Mprot,
  Oflags,
  Rights,
  Sdflags,
  Ulflags,
  Whence,
} from '../../../../src/abi/generated/constants.ts';
import {
  newSubscription,
  SubscriptionLayout32,
  writeSubscription32,
} from '../../../../src/abi/generated/structs.ts';
import type { Descriptor } from '../../../../src/kernel/descriptors.ts';
import { fromAbi } from '../../../../src/kernel/rights.ts';
import {
  DIRECTORY,
  FILE,
  inFolder,
  OTHER,
  PEER,
  PROCESS,
  SOCKET,
} from '../../../frame/gates/cloudabi-folder.ts';
import { pass } from '../../../frame/gates/cloudabi-messages.ts';
import { At, type Program } from '../../../frame/gates/cloudabi-program.ts';

type Name = keyof typeof Rights;

/** A right, the descriptor that has or lacks it, what needs it, and how that ends with it. */
type Row = readonly [
  right: Name,
  fd: number,
  act: (program: Program) => string,
  with_?: string,
  label?: string,
];

const name = (program: Program): [number, number] => program.text('name');
const fresh = (program: Program): [number, number] => program.text('new', At.path2);
const open =
  (oflags: number, fdflags = 0) =>
  (program: Program): string =>
    program.call(
      'file_open',
      DIRECTORY,
      0,
      ...name(program),
      oflags,
      program.fdstat(0n, 0n, fdflags),
      At.result,
    );
const times = (program: Program): string => program.call('file_stat_fput', FILE, At.in, Fsflags.mtim);
const map = (protection: number) => (program: Program) =>
  program.call('mem_map', 0, 4096, protection, Mflags.private, FILE, 0n, At.result);

/** Waits for one thing; the error of its event. */
function poll(program: Program, type: number, fd: number): string {
  const wanted = newSubscription();
  wanted.type = type;
  wanted.fd_readwrite.fd = fd;
  wanted.proc_terminate.fd = fd;
  writeSubscription32(program.view, At.in, wanted);
  const errno = program.raw('poll', [At.in, At.out, 1, At.result]);
  assert.equal(errno, Errno.success);
  const error = program.view.getUint16(At.out + 8, true);
  return Object.entries(Errno).find(([, value]) => value === error)?.[0] ?? `${error}`;
}
assert.equal(SubscriptionLayout32.size, 56);

const rows: readonly Row[] = [
  ['fd_datasync', FILE, (p) => p.call('fd_datasync', FILE)],
  ['fd_read', FILE, (p) => p.call('fd_read', FILE, ...p.vector(4), At.result)],
  ['fd_read', FILE, (p) => p.call('fd_pread', FILE, ...p.vector(4), 0n, At.result), 'success', 'fd_pread'],
  ['fd_read', SOCKET, receive, 'success', 'sock_recv'],
  ['fd_read', SOCKET, (p) => poll(p, Eventtype.fd_read, SOCKET), 'success', 'poll'],
  ['fd_read', FILE, map(Mprot.read), 'success', 'mem_map'],
  ['fd_seek', FILE, (p) => p.call('fd_seek', FILE, 1n, Whence.set, At.result)],
  ['fd_seek', FILE, (p) => p.call('fd_pread', FILE, ...p.vector(4), 0n, At.result), 'success', 'fd_pread'],
  ['fd_seek', FILE, (p) => p.call('fd_pwrite', FILE, ...p.vector(4), 0n, At.result), 'success', 'fd_pwrite'],
  ['fd_stat_put_flags', FILE, (p) => p.call('fd_stat_put', FILE, At.in, Fdsflags.flags)],
  ['fd_sync', FILE, (p) => p.call('fd_sync', FILE)],
  ['fd_write', FILE, (p) => p.call('fd_write', FILE, ...p.vector(4), At.result)],
  ['fd_write', FILE, (p) => p.call('fd_pwrite', FILE, ...p.vector(4), 0n, At.result), 'success', 'fd_pwrite'],
  ['fd_write', SOCKET, send, 'success', 'sock_send'],
  ['fd_write', SOCKET, (p) => poll(p, Eventtype.fd_write, SOCKET), 'success', 'poll'],
  ['fd_write', FILE, map(Mprot.read | Mprot.write), 'success', 'mem_map'],
  ['file_advise', FILE, (p) => p.call('file_advise', FILE, 0n, 0n, 1)],
  ['file_allocate', FILE, (p) => p.call('file_allocate', FILE, 0n, 4096n)],
  [
    'file_create_directory',
    DIRECTORY,
    (p) => p.call('file_create', DIRECTORY, ...fresh(p), Filetype.directory),
  ],
  ['file_create_file', DIRECTORY, open(Oflags.creat)],
  ['file_link_source', DIRECTORY, (p) => p.call('file_link', DIRECTORY, 0, ...name(p), OTHER, ...fresh(p))],
  ['file_link_target', DIRECTORY, (p) => p.call('file_link', OTHER, 0, ...name(p), DIRECTORY, ...fresh(p))],
  ['file_open', DIRECTORY, open(0)],
  ['file_readdir', DIRECTORY, (p) => p.call('file_readdir', DIRECTORY, At.buffer, 512, 0n, At.result)],
  [
    'file_readlink',
    DIRECTORY,
    (p) => p.call('file_readlink', DIRECTORY, ...name(p), At.buffer, 64, At.result),
    'inval',
  ],
  ['file_rename_source', DIRECTORY, (p) => p.call('file_rename', DIRECTORY, ...name(p), OTHER, ...fresh(p))],
  ['file_rename_target', DIRECTORY, (p) => p.call('file_rename', OTHER, ...name(p), DIRECTORY, ...fresh(p))],
  ['file_stat_fget', FILE, (p) => p.call('file_stat_fget', FILE, At.out)],
  ['file_stat_fput_size', FILE, (p) => p.call('file_stat_fput', FILE, At.in, Fsflags.size)],
  ['file_stat_fput_size', DIRECTORY, open(Oflags.trunc), 'success', 'file_open'],
  ['file_stat_fput_times', FILE, times],
  ['file_stat_get', DIRECTORY, (p) => p.call('file_stat_get', DIRECTORY, 0, ...name(p), At.out)],
  [
    'file_stat_put_times',
    DIRECTORY,
    (p) => p.call('file_stat_put', DIRECTORY, 0, ...name(p), At.in, Fsflags.atim_now),
  ],
  ['file_symlink', DIRECTORY, (p) => p.call('file_symlink', ...name(p), DIRECTORY, ...fresh(p))],
  ['file_unlink', DIRECTORY, (p) => p.call('file_unlink', DIRECTORY, ...name(p), 0)],
  [
    'file_unlink',
    DIRECTORY,
    (p) => p.call('file_unlink', DIRECTORY, ...p.text('empty'), Ulflags.removedir),
    'success',
    'of a directory',
  ],
  ['mem_map', FILE, map(Mprot.read)],
  ['mem_map_exec', FILE, map(Mprot.exec), 'notsup'],
  ['poll_fd_readwrite', SOCKET, (p) => poll(p, Eventtype.fd_write, SOCKET)],
  ['poll_proc_terminate', PROCESS, (p) => poll(p, Eventtype.proc_terminate, PROCESS)],
  ['proc_exec', FILE, (p) => p.call('proc_exec', FILE, 0, 0, 0, 0), 'noexec'],
  ['sock_shutdown', SOCKET, (p) => p.call('sock_shutdown', SOCKET, Sdflags.rd)],
];

function send(program: Program): string {
  const [vectors, count] = program.vector(4);
  program.view.setUint32(At.in, vectors, true);
  program.view.setUint32(At.in + 4, count, true);
  return program.call('sock_send', SOCKET, At.in, At.result);
}

function receive(program: Program): string {
  program.view.setUint32(At.in, ...vectorWords(program));
  program.view.setUint32(At.in + 4, 1, true);
  return program.call('sock_recv', SOCKET, At.in, At.out);
}

function vectorWords(program: Program): [number, boolean] {
  return [program.vector(4)[0], true];
}

/** Something to receive. */
function prepare(program: Program): void {
  assert.equal(program.call('fd_write', PEER, ...program.vector(4), At.result), 'success');
  program.bytes.fill(0);
}

test('every right of the ABI is in this table', () => {
  const tested = new Set<string>(rows.map(([right]) => right));
  assert.deepEqual(
    Object.keys(Rights).filter((right) => !tested.has(right)),
    // Two rights allow telling the offset: see below.
    ['fd_tell'],
  );
});

for (const [right, fd, act, outcome = 'success', label = ''] of rows) {
  const title = label === '' ? right : `${right}, ${label}`;
  const lacking = fromAbi(Rights[right]);

  test(`a program with the right may do it, one without it may not and changes nothing: ${title}`, () => {
    inFolder(({ program }) => {
      prepare(program);
      assert.equal(act(program), outcome);
    });
    inFolder(
      ({ program, look, hostDescriptors }) => {
        prepare(program);
        const before = look();
        const open = hostDescriptors();
        assert.equal(act(program), 'notcapable');
        assert.deepEqual(look(), before);
        assert.equal(hostDescriptors(), open);
      },
      { fd, lacking },
    );
  });

  test(`a right that is missing cannot be regained: ${title}`, () => {
    inFolder(
      ({ program }) => {
        prepare(program);
        // Copies it, over a number that has the right or not.
        const copy = program.must('fd_dup', fd, At.result);
        assert.equal(program.call('fd_replace', copy, fd), 'success');
        assert.equal(act(program), 'notcapable');
        // Asks for the right, which must not take any away either.
        const before = rightsOf(program, fd);
        const wish = program.fdstat(before[0] | Rights[right], before[1]);
        assert.equal(program.call('fd_stat_put', fd, wish, Fdsflags.rights), 'notcapable');
        assert.equal(program.call('fd_stat_put', fd, wish, Fdsflags.rights | Fdsflags.flags), 'notcapable');
        assert.deepEqual(rightsOf(program, fd), before);
        program.bytes.fill(0);
        assert.equal(act(program), 'notcapable');
        // Gives up other rights.
        const less = program.fdstat(before[0] & ~Rights.fd_datasync, 0n);
        assert.equal(program.call('fd_stat_put', fd, less, Fdsflags.rights), 'success');
        assert.equal(
          program.call('fd_stat_put', fd, program.fdstat(...before), Fdsflags.rights),
          'notcapable',
        );
        program.bytes.fill(0);
        assert.equal(act(program), 'notcapable');
      },
      { fd, lacking },
    );
  });
}

for (const [right, fd, act, , label = ''] of rows) {
  const title = label === '' ? right : `${right}, ${label}`;
  const lacking = fromAbi(Rights[right]);

  test(`a right that is missing cannot be regained by sending the descriptor to oneself: ${title}`, () => {
    for (const type of [Filetype.socket_stream, Filetype.socket_dgram]) {
      inFolder(
        ({ program }) => {
          program.must('fd_create2', type, At.result, At.second);
          const from = program.view.getUint32(At.result, true);
          const to = program.view.getUint32(At.second, true);
          const number = pass(program, from, to, fd);
          if (typeof number === 'number') {
            assert.equal(rightsOf(program, number)[0] & Rights[right], 0n);
            assert.equal(program.call('fd_replace', number, fd), 'success');
          } else {
            assert.equal(number, 'notcapable');
          }
          program.bytes.fill(0);
          assert.equal(act(program), 'notcapable');
        },
        { fd, lacking },
      );
    }
  });

  test(`a right that is missing cannot be regained by a program in the place of this one: ${title}`, () => {
    inFolder(
      ({ program, folder }) => {
        prepare(program);
        const next = program.process.descriptors.add(executable(folder));
        const kept = [FILE, DIRECTORY, SOCKET, PEER, OTHER, PROCESS];
        for (const [index, number] of kept.entries())
          program.view.setUint32(At.buffer + index * 4, number, true);
        assert.throws(
          () => program.raw('proc_exec', [next, 0, 0, At.buffer, kept.length]),
          WebAssembly.RuntimeError,
        );
        assert.ok(program.guest.exit.successor !== undefined);
        assert.equal(program.call('fd_stat_get', next, At.second), 'badf');
        program.bytes.fill(0);
        assert.equal(act(program), 'notcapable');
      },
      { fd, lacking },
    );
  });
}

/** A module that does nothing, to be executed and for nothing else. */
function executable(folder: string): Descriptor {
  const path = join(folder, 'executable');
  writeFileSync(path, Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  const base = fromAbi(Rights.proc_exec);
  return {
    host: openSync(path, 'r'),
    type: Filetype.regular_file,
    base,
    inheriting: { low: 0, high: 0 },
    grant: 9,
  };
}

/** Base and inheriting rights, as the program sees them. */
function rightsOf(program: Program, fd: number): [bigint, bigint] {
  assert.equal(program.call('fd_stat_get', fd, At.second), 'success');
  return [program.view.getBigUint64(At.second + 8, true), program.view.getBigUint64(At.second + 16, true)];
}

for (const [right, bit] of Object.entries(Rights)) {
  test(`nothing is opened with a right that the directory does not pass on: ${right}`, () => {
    inFolder(
      ({ program, folder, hostDescriptors }) => {
        const path = program.text('name');
        const open = hostDescriptors();
        for (const [base, inheriting] of [
          [bit, 0n],
          [0n, bit],
          [allRights, allRights],
        ] as const) {
          const wish = program.fdstat(base, inheriting);
          const flags = Oflags.creat | Oflags.trunc;
          assert.equal(
            program.call('file_open', DIRECTORY, 0, ...path, flags, wish, At.result),
            'notcapable',
          );
        }
        assert.equal(hostDescriptors(), open);
        assert.equal(readFileSync(join(folder, 'name'), 'utf8'), 'contents');
        // A directory opened through it passes on no more.
        if (bit === Rights.file_open) return;
        const [at, length] = program.text('other');
        const wish = program.fdstat(Rights.file_open, allRights & ~bit);
        const made = program.must('file_open', DIRECTORY, 0, at, length, Oflags.directory, wish, At.result);
        const wanted = program.fdstat(bit, 0n);
        assert.equal(
          program.call('file_open', made, 0, ...program.text('name'), 0, wanted, At.result),
          'notcapable',
        );
      },
      { inheritingLacking: fromAbi(bit) },
    );
  });
}

test('bits that are no rights are refused, and change nothing', () => {
  inFolder(({ program }) => {
    const before = rightsOf(program, FILE);
    for (let bit = 0n; bit < 64n; bit++) {
      const none = 1n << bit;
      if ((allRights & none) !== 0n) continue;
      for (const [base, inheriting] of [
        [none, 0n],
        [0n, none],
      ] as const) {
        const at = program.fdstat(base, inheriting);
        assert.equal(program.call('fd_stat_put', FILE, at, Fdsflags.rights), 'notcapable', `${bit}`);
        const path = program.text('name');
        assert.equal(program.call('file_open', DIRECTORY, 0, ...path, 0, at, At.result), 'notcapable');
      }
    }
    assert.deepEqual(rightsOf(program, FILE), before);
  });
});

test('telling the offset needs one of two rights, moving it needs fd_seek', () => {
  const { fd_seek, fd_tell } = Rights;
  const tell = (program: Program): string => program.call('fd_seek', FILE, 0n, Whence.cur, At.result);
  for (const lacking of [fd_seek, fd_tell]) {
    inFolder(({ program }) => assert.equal(tell(program), 'success'), {
      fd: FILE,
      lacking: fromAbi(lacking),
    });
  }
  inFolder(
    ({ program }) => {
      assert.equal(tell(program), 'notcapable');
      assert.equal(program.call('fd_dup', FILE, At.result), 'success');
      assert.equal(tell(program), 'notcapable');
    },
    { fd: FILE, lacking: fromAbi(fd_seek | fd_tell) },
  );
});

test('a file is opened for writing in step only where that is passed on', () => {
  const { fd_datasync, fd_sync } = Rights;
  const answers = (flag: number, missing: bigint): string => {
    let answer = '';
    inFolder(
      ({ program }) => {
        answer = open(0, flag)(program);
      },
      { inheritingLacking: fromAbi(missing) },
    );
    return answer;
  };
  for (const flag of [Fdflags.sync, Fdflags.rsync]) {
    assert.equal(answers(flag, fd_datasync), 'success');
    assert.equal(answers(flag, fd_sync), 'notcapable');
  }
  assert.equal(answers(Fdflags.dsync, fd_datasync), 'success');
  assert.equal(answers(Fdflags.dsync, fd_sync), 'success');
  assert.equal(answers(Fdflags.dsync, fd_sync | fd_datasync), 'notcapable');
});

test('rights that were read from a descriptor can be set again, for every type', () => {
  inFolder(({ program }) => {
    for (const fd of [FILE, DIRECTORY, SOCKET]) {
      const rights = rightsOf(program, fd);
      assert.equal(program.call('fd_stat_put', fd, program.fdstat(...rights), Fdsflags.rights), 'success');
      assert.deepEqual(rightsOf(program, fd), rights);
    }
  });
});
