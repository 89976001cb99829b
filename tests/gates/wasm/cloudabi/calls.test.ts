import assert from 'node:assert/strict';
import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  allRights,
  Clockid,
  Errno,
  Eventrwflags,
  Eventtype,
  Fdflags,
  Fdsflags,
  Filetype,
  Fsflags,
  Oflags,
  Riflags,
  Rights,
  Roflags,
  Sdflags,
  Signal,
  Subclockflags,
  Ulflags,
  Whence,
} from '../../../../src/abi/generated/constants.ts';
import {
  DirentLayout,
  EventLayout,
  newDirent,
  newEvent,
  newFdstat,
  newFilestat,
  newRecvOut,
  newSubscription,
  readDirent,
  readEvent,
  readFdstat,
  readFilestat,
  readRecvOut32,
  type Subscription,
  SubscriptionLayout32,
  writeFilestat,
  writeRecvIn32,
  writeSendIn32,
  writeSubscription32,
} from '../../../../src/abi/generated/structs.ts';
import { CAPACITY } from '../../../../src/kernel/descriptors.ts';
import { fromAbi } from '../../../../src/kernel/rights.ts';
import { allowedCalls } from '../../../../src/walls/allowed-calls.ts';
import { DIRECTORY, FILE, inFolder, OTHER } from '../../../frame/gates/cloudabi-folder.ts';
import { At, Program } from '../../../frame/gates/cloudabi-program.ts';

const stat = (program: Program, fd: number) => {
  program.must('fd_stat_get', fd, At.in);
  return readFdstat(program.view, At.in, newFdstat());
};

const pair = (program: Program, type: number): [number, number] => {
  program.must('fd_create2', type, At.result, At.second);
  return [program.view.getUint32(At.result, true), program.view.getUint32(At.second, true)];
};

/** Sends text with `si_fds_len` descriptors. */
function send(program: Program, sock: number, text: string, descriptors = 0): string {
  const [buffer, length] = program.text(text, At.buffer);
  const [si_data, si_data_len] = program.vector(length, buffer);
  const message = { si_data, si_data_len, si_fds: At.second, si_fds_len: descriptors, si_flags: 0 };
  writeSendIn32(program.view, At.in, message);
  return program.call('sock_send', sock, At.in, At.result);
}

/** Receives up to `length` bytes. */
function receive(
  program: Program,
  sock: number,
  length: number,
  ri_flags = 0,
): { text: string; flags: number } {
  const [ri_data, ri_data_len] = program.vector(length, At.buffer + 4096);
  const message = { ri_data, ri_data_len, ri_fds: At.second, ri_fds_len: 2, ri_flags };
  writeRecvIn32(program.view, At.in, message);
  program.bytes.fill(0xaa, At.out, At.out + 64);
  assert.equal(program.call('sock_recv', sock, At.in, At.out), 'success');
  const { ro_datalen, ro_fdslen, ro_flags } = readRecvOut32(program.view, At.out, newRecvOut());
  assert.equal(ro_fdslen, 0);
  assert.equal(program.bytes[At.out + 8], 0xaa, 'what is unused is left alone');
  return { text: program.read(ro_datalen, At.buffer + 4096), flags: ro_flags };
}

/** Waits for several things; the events. */
function poll(program: Program, ...wanted: ((subscription: Subscription) => void)[]) {
  for (const [index, fill] of wanted.entries()) {
    const subscription = newSubscription();
    subscription.userdata = BigInt(index) + 2n ** 63n;
    fill(subscription);
    writeSubscription32(program.view, At.in + index * SubscriptionLayout32.size, subscription);
  }
  const errno = program.call('poll', At.in, At.out, wanted.length, At.result);
  const count = errno === 'success' ? program.view.getUint32(At.result, true) : 0;
  const events = Array.from({ length: count }, (_, index) =>
    readEvent(program.view, At.out + index * EventLayout.size, newEvent()),
  );
  return { errno, events };
}

const clock =
  (id: number, timeout: bigint, flags = 0) =>
  (subscription: Subscription): void => {
    subscription.type = Eventtype.clock;
    Object.assign(subscription.clock, { clock_id: id, timeout, flags });
  };
const ready =
  (type: number, fd: number) =>
  (subscription: Subscription): void => {
    subscription.type = type;
    subscription.fd_readwrite.fd = fd;
  };
const lock =
  (type: number) =>
  (subscription: Subscription): void => {
    subscription.type = type;
  };

describe('a program that was granted nothing', () => {
  test('makes shared memory, sizes it, writes and reads it', () => {
    const program = new Program();
    const memory = program.must('fd_create1', Filetype.shared_memory, At.result);
    const { fs_filetype, fs_rights_base, fs_rights_inheriting } = stat(program, memory);
    assert.equal(fs_filetype, Filetype.shared_memory);
    assert.ok((fs_rights_base & Rights.mem_map) !== 0n && (fs_rights_base & Rights.file_open) === 0n);
    assert.equal(fs_rights_inheriting, 0n);
    writeFilestat(program.view, At.in, { ...newFilestat(), st_size: 100_000n });
    assert.equal(program.call('file_stat_fput', memory, At.in, Fsflags.size), 'success');
    assert.equal(program.call('file_stat_fget', memory, At.out), 'success');
    const { st_size, st_filetype } = readFilestat(program.view, At.out, newFilestat());
    assert.deepEqual([st_size, st_filetype], [100_000n, Filetype.shared_memory]);
    program.text('shared', At.buffer);
    assert.equal(program.must('fd_pwrite', memory, ...program.vector(6), 99_990n, At.result), 6);
    assert.equal(
      program.must('fd_pread', memory, ...program.vector(20, At.buffer + 64), 99_990n, At.result),
      10,
    );
    assert.equal(program.read(6, At.buffer + 64), 'shared');
    program.close();
  });

  test('makes pairs of sockets that carry data both ways, and keep messages apart', () => {
    const program = new Program();
    for (const type of [Filetype.socket_stream, Filetype.socket_dgram]) {
      const [one, other] = pair(program, type);
      assert.equal(stat(program, one).fs_filetype, type);
      assert.equal(stat(program, one).fs_rights_base & ~allRights, 0n);
      assert.equal(send(program, one, 'there'), 'success');
      assert.equal(send(program, one, 'again'), 'success');
      assert.equal(send(program, other, 'back'), 'success');
      assert.equal(receive(program, other, 64, Riflags.peek).text.slice(0, 5), 'there');
      const stream = type === Filetype.socket_stream;
      assert.deepEqual(receive(program, other, 64).text, stream ? 'thereagain' : 'there');
      const rest = receive(program, stream ? one : other, 3);
      assert.deepEqual(
        rest,
        stream ? { text: 'bac', flags: 0 } : { text: 'aga', flags: Roflags.data_truncated },
      );
      assert.equal(program.call('sock_shutdown', one, Sdflags.wr), 'success');
      assert.equal(send(program, one, 'more'), 'pipe');
      assert.equal(program.call('fd_close', one), 'success');
      assert.equal(program.call('fd_close', other), 'success');
    }
  });

  test('gets both ends of a pair or none', () => {
    const program = new Program();
    const [one] = pair(program, Filetype.socket_stream);
    for (let count = 2; count < CAPACITY - 1; count++) program.must('fd_dup', one, At.result);
    program.view.setUint32(At.result, 77, true);
    assert.equal(program.call('fd_create2', Filetype.socket_dgram, At.result, At.second), 'mfile');
    assert.equal(program.view.getUint32(At.result, true), 77);
    assert.equal(program.must('fd_dup', one, At.result), CAPACITY - 1);
    assert.equal(program.call('fd_dup', one, At.result), 'mfile');
    assert.equal(program.call('fd_create1', Filetype.shared_memory, At.result), 'mfile');
    program.close();
  });

  test('reads clocks and chance', () => {
    const program = new Program();
    for (const id of Object.values(Clockid)) {
      assert.equal(program.call('clock_res_get', id, At.result), 'success');
      const resolution = program.view.getBigUint64(At.result, true);
      assert.ok(resolution > 0n && resolution < 1_000_000_000n);
      assert.equal(program.call('clock_time_get', id, 0n, At.result), 'success');
    }
    assert.equal(program.call('clock_time_get', Clockid.realtime, 1n, At.result), 'success');
    const off = Number(program.view.getBigUint64(At.result, true) / 1_000_000n) - Date.now();
    assert.ok(Math.abs(off) < 10_000, `${off} ms`);
    assert.equal(program.call('random_get', At.buffer, 64), 'success');
    const first = program.read(64);
    assert.equal(program.call('random_get', At.buffer, 64), 'success');
    assert.notEqual(program.read(64), first);
    assert.equal(program.call('random_get', 0, 0), 'success');
    assert.equal(program.call('thread_yield'), 'success');
  });

  test('cannot be stopped or woken by its own signals', () => {
    const program = new Program();
    for (const signal of [Signal.chld, Signal.cont, Signal.pipe, Signal.urg]) {
      assert.equal(program.call('proc_raise', signal), 'success');
    }
    for (const signal of [Signal.stop, Signal.tstp, Signal.ttin, Signal.ttou]) {
      assert.equal(program.call('proc_raise', signal), 'notsup');
    }
  });

  test('ends by a trap that it cannot catch', () => {
    for (const [name, words, code] of [
      ['proc_exit', [2 ** 32 - 1], 2 ** 32 - 1],
      ['thread_exit', [At.in, 4], undefined],
    ] as const) {
      const program = new Program();
      assert.throws(() => program.raw(name, words), WebAssembly.RuntimeError);
      assert.equal(program.guest.exit.code, code);
      assert.equal(program.guest.exit.threadLock, name === 'thread_exit' ? At.in : undefined);
    }
  });
});

describe('a program with a directory', () => {
  test('opens, reads, writes, seeks and cuts a file', () => {
    inFolder(({ program, folder }) => {
      const rights = Rights.fd_read | Rights.fd_write | Rights.fd_seek | Rights.file_stat_fput_size;
      const wish = program.fdstat(rights, 0n, Fdflags.nonblock);
      const flags = Oflags.creat | Oflags.excl;
      const file = program.must('file_open', DIRECTORY, 1, ...program.text('new'), flags, wish, At.result);
      const { fs_filetype, fs_flags, fs_rights_base } = stat(program, file);
      assert.deepEqual(
        [fs_filetype, fs_flags, fs_rights_base],
        [Filetype.regular_file, Fdflags.nonblock, rights],
      );
      assert.equal(program.call('fd_stat_put', file, wish, Fdsflags.flags), 'notcapable');
      program.text('0123456789', At.buffer);
      assert.equal(program.must('fd_write', file, ...program.vector(10), At.result), 10);
      assert.equal(program.call('fd_seek', file, -4n, Whence.end, At.result), 'success');
      assert.equal(program.view.getBigUint64(At.result, true), 6n);
      assert.equal(program.must('fd_read', file, ...program.vector(10, At.buffer + 64), At.result), 4);
      assert.equal(program.read(4, At.buffer + 64), '6789');
      assert.equal(program.call('fd_seek', file, -1n, Whence.set, At.result), 'inval');
      assert.equal(program.call('fd_pread', file, ...program.vector(1), -1n, At.result), 'inval');
      assert.equal(program.must('fd_read', file, 0, 0, At.result), 0);
      assert.equal(program.call('fd_read', file, At.vector, 1025, At.result), 'inval');
      program.vector(1, program.size);
      assert.equal(program.call('fd_write', file, At.vector, 1, At.result), 'fault');
      writeFilestat(program.view, At.in, { ...newFilestat(), st_size: 3n });
      assert.equal(program.call('file_stat_fput', file, At.in, Fsflags.size), 'success');
      assert.equal(readFileSync(join(folder, 'new'), 'utf8'), '012');
    });
  });

  test('reads and sets attributes', () => {
    inFolder(({ program, folder }) => {
      const path = program.text('name');
      writeFilestat(program.view, At.in, { ...newFilestat(), st_atim: 5_000_000_001n, st_mtim: 7n });
      const both = Fsflags.atim | Fsflags.mtim;
      assert.equal(program.call('file_stat_put', DIRECTORY, 0, ...path, At.in, both), 'success');
      assert.equal(program.call('file_stat_get', DIRECTORY, 0, ...path, At.out), 'success');
      const found = readFilestat(program.view, At.out, newFilestat());
      const host = statSync(join(folder, 'name'), { bigint: true });
      assert.deepEqual(
        [found.st_ino, found.st_size, found.st_nlink, found.st_filetype, found.st_atim, found.st_mtim],
        [host.ino, 8n, 1, Filetype.regular_file, 5_000_000_001n, 7n],
      );
      assert.equal(found.st_ctim, host.ctimeNs);
      for (const flags of [Fsflags.size, Fsflags.atim | Fsflags.atim_now]) {
        assert.equal(program.call('file_stat_put', DIRECTORY, 0, ...path, At.in, flags), 'inval');
      }
      const flags = Fsflags.size | Fsflags.mtim | Fsflags.mtim_now;
      assert.equal(program.call('file_stat_fput', FILE, At.in, flags), 'inval');
      assert.equal(readFileSync(join(folder, 'name'), 'utf8'), 'contents', 'and it was not cut');
      assert.equal(program.call('file_stat_fput', FILE, At.in, 0), 'success');
      assert.equal(program.call('file_stat_put', DIRECTORY, 0, ...path, At.in, 0), 'success');
    });
  });

  test('lists it in pieces of any size', () => {
    inFolder(({ program }) => {
      const expected = ['.', '..', 'empty', 'name', 'other'];
      for (const size of [40, 64, 512]) {
        const found = new Map<string, number>();
        let cookie = 0n;
        for (let round = 0; round < 20; round++) {
          const used = program.must('file_readdir', DIRECTORY, At.buffer, size, cookie, At.result);
          let at = At.buffer;
          while (at + DirentLayout.size <= At.buffer + used) {
            const entry = readDirent(program.view, at, newDirent());
            const end = at + DirentLayout.size + entry.d_namlen;
            if (end > At.buffer + used) break;
            found.set(program.read(entry.d_namlen, at + DirentLayout.size), entry.d_type);
            cookie = entry.d_next;
            at = end;
          }
          if (used < size) break;
        }
        assert.deepEqual([...found.keys()].sort(), expected, `${size}`);
        assert.deepEqual(
          [found.get('name'), found.get('other')],
          [Filetype.regular_file, Filetype.directory],
        );
      }
    });
  });

  test('makes, reads, renames and removes names in it', () => {
    inFolder(({ program, folder, look }) => {
      const before = look();
      const [target, link] = [program.text('name'), program.text('link', At.path2)] as const;
      assert.equal(program.call('file_symlink', ...target, DIRECTORY, ...link), 'success');
      assert.equal(program.must('file_readlink', DIRECTORY, ...link, At.buffer, 3, At.result), 3);
      assert.equal(program.read(4), 'nam\0');
      assert.equal(program.must('file_readlink', DIRECTORY, ...link, 0, 0, At.result), 0);
      assert.equal(program.call('file_stat_get', DIRECTORY, 0, ...link, At.out), 'success');
      assert.equal(program.view.getUint8(At.out + 16), Filetype.symbolic_link);
      const wish = program.fdstat(Rights.fd_read, 0n);
      assert.equal(program.call('file_open', DIRECTORY, 0, ...link, 0, wish, At.result), 'loop');
      assert.equal(program.call('file_open', DIRECTORY, 1, ...link, 0, wish, At.result), 'success');
      assert.equal(program.call('file_rename', DIRECTORY, ...link, OTHER, ...link), 'success');
      assert.equal(program.call('file_unlink', OTHER, ...link, Ulflags.removedir), 'notdir');
      assert.equal(program.call('file_unlink', OTHER, ...link, 0), 'success');
      assert.equal(program.call('file_create', DIRECTORY, ...link, Filetype.directory), 'success');
      assert.equal(program.call('file_create', DIRECTORY, ...link, Filetype.directory), 'exist');
      assert.equal(program.call('file_unlink', DIRECTORY, ...link, 0), 'isdir');
      assert.equal(program.call('file_unlink', DIRECTORY, ...link, Ulflags.removedir), 'success');
      assert.equal(program.call('file_link', DIRECTORY, 0, ...target, DIRECTORY, ...link), 'success');
      assert.equal(statSync(join(folder, 'name')).nlink, 2);
      assert.equal(program.call('file_unlink', DIRECTORY, ...link, 0), 'success');
      assert.deepEqual(look(), before);
    });
  });

  test('never leaves it', () => {
    inFolder(({ program, folder }) => {
      symlinkSync('/etc/passwd', join(folder, 'absolute'));
      symlinkSync('../../x', join(folder, 'other', 'up'));
      const wish = (): number => program.fdstat(Rights.fd_read, 0n);
      for (const path of ['..', '../x', '/etc/passwd', '/', 'absolute', 'other/up', 'other/../..']) {
        const words = program.text(path);
        const fd = path.startsWith('other/up') ? OTHER : DIRECTORY;
        const inside = fd === OTHER ? program.text('up') : words;
        assert.equal(program.call('file_open', fd, 1, ...inside, 0, wish(), At.result), 'notcapable', path);
        assert.equal(program.call('file_stat_get', fd, 1, ...inside, At.out), 'notcapable', path);
      }
    });
  });

  test('changes flags, and gives up rights without changing anything if that is too much', () => {
    inFolder(
      ({ program }) => {
        const before = stat(program, FILE);
        const all = before.fs_rights_base;
        const more = program.fdstat(all | Rights.file_open, 0n, Fdflags.append);
        assert.equal(program.call('fd_stat_put', FILE, more, Fdsflags.flags | Fdsflags.rights), 'notcapable');
        assert.deepEqual(stat(program, FILE), before);
        const odd = program.fdstat(Rights.fd_read, 0n, Fdflags.sync);
        assert.equal(program.call('fd_stat_put', FILE, odd, Fdsflags.flags | Fdsflags.rights), 'notsup');
        assert.equal(
          program.call('fd_stat_put', FILE, program.fdstat(0n, 0n, 0x20), Fdsflags.flags),
          'inval',
        );
        assert.deepEqual(stat(program, FILE), before);
        const less = program.fdstat(Rights.fd_read, 0n, Fdflags.append);
        assert.equal(program.call('fd_stat_put', FILE, less, Fdsflags.flags | Fdsflags.rights), 'success');
        const { fs_flags, fs_rights_base } = stat(program, FILE);
        assert.deepEqual([fs_flags, fs_rights_base], [Fdflags.append, Rights.fd_read]);
      },
      { fd: FILE, lacking: fromAbi(Rights.file_open) },
    );
  });

  test('copies descriptors, and a copy lives on', () => {
    inFolder(({ program }) => {
      const copy = program.must('fd_dup', FILE, At.result);
      assert.equal(program.call('fd_replace', copy, OTHER), 'success');
      assert.equal(program.call('fd_close', copy), 'success');
      assert.equal(program.call('fd_close', FILE), 'success');
      assert.equal(program.call('fd_close', FILE), 'badf');
      assert.equal(program.must('fd_read', OTHER, ...program.vector(8), At.result), 8);
      assert.equal(program.read(8), 'contents');
      assert.equal(program.call('fd_replace', OTHER, OTHER), 'success');
      assert.equal(program.call('fd_replace', OTHER, 99), 'badf');
      assert.equal(program.call('fd_dup', -1, At.result), 'badf');
    });
  });
});

describe('poll', () => {
  test('waits for clocks and descriptors together', () => {
    const program = new Program();
    const [one, other] = pair(program, Filetype.socket_stream);
    const start = process.hrtime.bigint();
    const waited = poll(program, clock(Clockid.monotonic, 20_000_000n), ready(Eventtype.fd_read, one));
    assert.deepEqual(
      waited.events.map(({ userdata, error, type }) => [userdata, error, type]),
      [[2n ** 63n, Errno.success, Eventtype.clock]],
    );
    assert.ok(process.hrtime.bigint() - start >= 20_000_000n);
    const past = poll(program, clock(Clockid.realtime, 1n, Subclockflags.abstime));
    assert.equal(past.events.length, 1);
    assert.equal(send(program, other, 'seven b'), 'success');
    const { events } = poll(
      program,
      clock(Clockid.monotonic, 2n ** 64n - 1n),
      ready(Eventtype.fd_read, one),
      ready(Eventtype.fd_write, one),
    );
    assert.deepEqual(
      events.map(({ type, fd_readwrite }) => [type, fd_readwrite.nbytes, fd_readwrite.flags]),
      [
        [Eventtype.fd_read, 7n, 0],
        [Eventtype.fd_write, 0n, 0],
      ],
    );
    assert.equal(program.call('fd_close', other), 'success');
    const closed = poll(program, ready(Eventtype.fd_read, one));
    assert.equal(closed.events[0]?.fd_readwrite.flags, Eventrwflags.hangup);
    program.close();
  });

  test('tells by events what cannot be waited for', () => {
    const program = new Program();
    const { events } = poll(
      program,
      clock(Clockid.thread_cputime_id, 1n),
      clock(9, 1n),
      ready(Eventtype.fd_read, 50),
      ready(Eventtype.proc_terminate, 50),
    );
    assert.deepEqual(
      events.map(({ error }) => error),
      [Errno.notsup, Errno.inval, Errno.badf, Errno.badf],
    );
    for (const type of [Eventtype.condvar, Eventtype.lock_rdlock, Eventtype.lock_wrlock]) {
      const nowhere = poll(program, lock(type), clock(Clockid.monotonic, 10n ** 18n));
      assert.deepEqual(
        nowhere.events.map(({ error }) => error),
        [Errno.fault],
      );
      assert.equal(poll(program, clock(Clockid.monotonic, 1n), lock(type)).errno, 'inval');
      assert.equal(poll(program, lock(type), ready(Eventtype.fd_read, 0)).errno, 'inval');
    }
  });

  test('refuses what no subscription can be', () => {
    const program = new Program();
    assert.equal(poll(program, lock(0)).errno, 'inval');
    assert.equal(poll(program, lock(8)).errno, 'inval');
    assert.equal(poll(program, clock(Clockid.monotonic, 1n, 2)).errno, 'inval');
    const odd = (subscription: Subscription): void => {
      ready(Eventtype.fd_read, 0)(subscription);
      subscription.fd_readwrite.flags = 2;
    };
    assert.equal(poll(program, odd).errno, 'inval');
    assert.equal(program.call('poll', At.in, At.out, 0, At.result), 'inval');
    assert.equal(program.call('poll', At.in, At.out, 2 ** 31, At.result), 'inval');
    assert.equal(program.call('poll', program.size - 56, At.out, 2, At.result), 'fault');
    assert.equal(program.call('poll', At.in, program.size - 32, 2, At.result), 'fault');
  });
});

test('no host call is there for what a program does not import', () => {
  const calls = (...imported: string[]): string[] =>
    allowedCalls([], [], [], undefined, new Set(imported)).map(({ call }) => call);
  const made = ['memfd_create', 'socketpair', 'sendto', 'recvmsg', 'shutdown', 'sendmsg'];
  const there = (...imported: string[]): string[] =>
    made.filter((name) => calls(...imported).some((call) => call === name));
  assert.deepEqual(there(), []);
  assert.deepEqual(there('fd_read', 'file_open', 'poll'), []);
  assert.deepEqual(there('fd_create1'), ['memfd_create']);
  assert.equal(calls('fd_create1').filter((name) => name === 'fcntl').length, 1, 'only F_GETFL');
  assert.deepEqual(there('fd_create2'), ['socketpair', 'sendto', 'recvmsg', 'shutdown']);
  // A destination address would be of the program's choice.
  for (const rule of allowedCalls([], [], [], undefined, new Set(['fd_create2', 'sock_send']))) {
    if (rule.call !== 'sendto') continue;
    assert.deepEqual(
      rule.when?.find(({ argument }) => argument === 4),
      { argument: 4, is: 'equal', value: 0 },
    );
  }
});
