import assert from 'node:assert/strict';
import { constants, createReadStream, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  allRights,
  Fdsflags,
  Filetype,
  Fsflags,
  Oflags,
  Riflags,
  Rights,
  Roflags,
} from '../../../../src/abi/generated/constants.ts';
import { newFdstat, readFdstat } from '../../../../src/abi/generated/structs.ts';
import { makePipe } from '../../../../src/host/files/new-descriptors.ts';
import { openProcess } from '../../../../src/host/processes/process-info.ts';
import { MOST_DESCRIPTORS } from '../../../../src/host/sockets/messages.ts';
import { makeSocket } from '../../../../src/host/sockets/socket-setup.ts';
import { CAPACITY } from '../../../../src/kernel/descriptors.ts';
import { ALL_HIGH, ALL_LOW, fromAbi } from '../../../../src/kernel/rights.ts';
import { DIRECTORY, FILE, inFolder, PEER, SOCKET } from '../../../frame/gates/cloudabi-folder.ts';
import { pass, receive, send } from '../../../frame/gates/cloudabi-messages.ts';
import { At, Program } from '../../../frame/gates/cloudabi-program.ts';

const all = { low: ALL_LOW, high: ALL_HIGH };

function stat(program: Program, fd: number) {
  program.must('fd_stat_get', fd, At.second);
  return readFdstat(program.view, At.second, newFdstat());
}

function pair(program: Program, type: number = Filetype.socket_stream): [number, number] {
  program.must('fd_create2', type, At.result, At.second);
  return [program.view.getUint32(At.result, true), program.view.getUint32(At.second, true)];
}

/** Rights of a descriptor of the program, narrowed. */
function narrow(program: Program, fd: number, without: bigint): void {
  const { fs_rights_base: base, fs_rights_inheriting: inheriting } = stat(program, fd);
  const at = program.fdstat(base & ~without, inheriting & ~without, 0, At.second);
  assert.equal(program.call('fd_stat_put', fd, at, Fdsflags.rights), 'success');
}

describe('descriptors sent through a socket', () => {
  for (const type of [Filetype.socket_stream, Filetype.socket_dgram]) {
    test(`arrive with the message, in order, and lead where they led (${type})`, () => {
      inFolder(({ program, hostDescriptors }) => {
        const [one, other] = pair(program, type);
        const before = hostDescriptors();
        assert.equal(send(program, one, 'two files', [FILE, DIRECTORY, FILE]), 'success');
        assert.equal(send(program, one, 'none'), 'success');
        const { text, fds, flags } = receive(program, other, { room: 4, length: 9 });
        assert.deepEqual([text, fds.length, flags], ['two files', 3, 0]);
        assert.equal(hostDescriptors(), before + 3);
        const [first = -1, second = -1, third = -1] = fds;
        assert.equal(stat(program, second).fs_filetype, Filetype.directory);
        assert.equal(program.must('fd_read', first, ...program.vector(3), At.result), 3);
        assert.equal(program.must('fd_read', third, ...program.vector(64), At.result), 5);
        assert.equal(program.read(5), 'tents', 'they share their offset');
        assert.deepEqual(receive(program, other), { text: 'none', fds: [], flags: 0 });
        for (const fd of fds) assert.equal(program.call('fd_close', fd), 'success');
        assert.equal(hostDescriptors(), before);
      });
    });
  }

  test('have what follows from their type, and never a right that the sender lacks', () => {
    inFolder(({ program }) => {
      for (const fd of [FILE, DIRECTORY, SOCKET, PEER]) {
        const had = stat(program, fd);
        const [one, other] = pair(program);
        const number = pass(program, one, other, fd);
        assert.ok(typeof number === 'number');
        const got = stat(program, number);
        assert.equal(got.fs_filetype, had.fs_filetype);
        assert.notEqual(got.fs_rights_base, 0n);
        assert.equal(got.fs_rights_base & ~had.fs_rights_base, 0n);
        assert.equal(got.fs_rights_inheriting & ~had.fs_rights_inheriting, 0n);
        assert.equal(got.fs_rights_base & Rights.proc_exec, 0n);
      }
    });
  });

  test('are refused if the receiver could do more with them than the sender, one right at a time', () => {
    for (const fd of [FILE, DIRECTORY, SOCKET]) {
      let given = 0n;
      inFolder(({ program }) => {
        const [one, other] = pair(program);
        const number = pass(program, one, other, fd);
        assert.ok(typeof number === 'number');
        given = stat(program, number).fs_rights_base;
      });
      for (const [name, right] of Object.entries(Rights)) {
        inFolder(
          ({ program }) => {
            const [one, other] = pair(program);
            const number = pass(program, one, other, fd);
            if ((given & right) !== 0n) {
              assert.equal(number, 'notcapable', `${fd} without ${name}`);
              assert.equal(send(program, one, 'later'), 'success');
              assert.deepEqual(receive(program, other), { text: 'later', fds: [], flags: 0 });
            } else {
              assert.ok(typeof number === 'number', `${fd} without ${name}`);
              assert.equal(stat(program, number).fs_rights_base & right, 0n, name);
            }
          },
          { fd, lacking: fromAbi(right) },
        );
      }
    }
  });

  test('get no more than the socket passes on', () => {
    inFolder(({ program }) => {
      const [one, other] = pair(program);
      const seek = Rights.fd_seek | Rights.fd_tell;
      narrow(program, other, seek);
      const number = pass(program, one, other, FILE);
      assert.ok(typeof number === 'number');
      assert.equal(stat(program, number).fs_rights_base & seek, 0n);
      assert.equal(program.call('fd_seek', number, 0n, 1, At.result), 'notcapable');
      const folder = pass(program, one, other, DIRECTORY);
      assert.ok(typeof folder === 'number');
      assert.equal(stat(program, folder).fs_rights_inheriting & seek, 0n);
      narrow(program, other, allRights & ~(Rights.fd_read | Rights.fd_write));
      const nothing = pass(program, one, other, DIRECTORY);
      assert.ok(typeof nothing === 'number');
      assert.equal(stat(program, nothing).fs_rights_base, 0n);
    });
  });

  test('are as they were opened: reading, writing or both', () => {
    inFolder(({ program, folder }) => {
      const [one, other] = pair(program);
      for (const [rights, wanted] of [
        [Rights.fd_read | Rights.fd_seek | Rights.file_stat_fget | Rights.mem_map, Rights.fd_read],
        [Rights.fd_write | Rights.fd_seek | Rights.file_stat_fget, Rights.fd_write],
      ] as const) {
        const at = program.fdstat(rights | Rights.fd_tell, 0n);
        const file = program.must('file_open', DIRECTORY, 0, ...program.text('name'), 0, at, At.result);
        const number = pass(program, one, other, file);
        assert.ok(typeof number === 'number', String(number));
        const both = Rights.fd_read | Rights.fd_write;
        assert.equal(stat(program, number).fs_rights_base & both, wanted);
      }
      // Appending is less than writing, and every holder of a shared file can change how it is open.
      const host = openSync(join(folder, 'name'), constants.O_WRONLY | constants.O_APPEND);
      const append = fromAbi(Rights.fd_write | Rights.file_stat_fget | Rights.poll_fd_readwrite);
      const log = program.process.descriptors.add({
        host,
        type: Filetype.regular_file,
        base: append,
        inheriting: { low: 0, high: 0 },
        grant: 9,
      });
      assert.equal(pass(program, one, other, log), 'notcapable');
    });
  });

  test('can be the socket itself and its peer', () => {
    const program = new Program();
    const [one, other] = pair(program);
    assert.equal(send(program, one, 'me', [one, other]), 'success');
    const { fds } = receive(program, other);
    assert.equal(send(program, fds[0] ?? -1, 'through itself'), 'success');
    assert.equal(receive(program, fds[1] ?? -1).text, 'through itself');
    program.close();
  });

  test('are closed by the host when they circle in each other and all processes are gone', async () => {
    const program = new Program();
    const { read, write } = makePipe();
    const end = program.process.descriptors.add({
      host: write,
      type: Filetype.unknown,
      base: all,
      inheriting: all,
      grant: 0,
    });
    for (let round = 0; round < 20; round++) {
      const [one, other] = pair(program);
      assert.equal(send(program, one, 'both', [one, other, end]), 'success');
      assert.equal(send(program, other, 'back', [other, one, end]), 'success');
    }
    program.close();
    const stream = createReadStream('', { fd: read });
    for await (const _ of stream) assert.fail('nobody has written');
  });

  test('can be of a process, and then only its end can be waited for', () => {
    const program = new Program();
    const [one, other] = pair(program);
    const fd = program.process.descriptors.add({
      host: openProcess(process.pid),
      type: Filetype.process,
      base: all,
      inheriting: all,
      grant: 0,
    });
    const number = pass(program, one, other, fd);
    assert.ok(typeof number === 'number');
    const { fs_filetype, fs_rights_base } = stat(program, number);
    assert.equal(fs_filetype, Filetype.process);
    assert.equal(fs_rights_base, Rights.poll_proc_terminate | Rights.file_stat_fget);
    program.close();
  });
});

describe('a message that cannot be sent or received', () => {
  test('is refused before anything is sent', () => {
    inFolder(({ program, hostDescriptors }) => {
      const [one, other] = pair(program);
      const before = hostDescriptors();
      assert.equal(send(program, one, 'x', [FILE, 4000]), 'badf');
      assert.equal(send(program, one, 'x', [0xffffffff]), 'badf');
      assert.equal(send(program, one, '', [FILE]), 'inval', 'no byte, which the host would drop with all');
      assert.equal(send(program, one, 'x', Array<number>(MOST_DESCRIPTORS + 1).fill(FILE)), 'inval');
      assert.equal(send(program, FILE, 'x', [FILE]), 'notsock');
      assert.equal(send(program, one, 'x', Array<number>(MOST_DESCRIPTORS).fill(FILE)), 'success');
      assert.equal(receive(program, other, { room: MOST_DESCRIPTORS }).fds.length, MOST_DESCRIPTORS);
      assert.equal(hostDescriptors(), before + MOST_DESCRIPTORS);
    });
  });

  test('goes through no other socket than a UNIX one', () => {
    inFolder(({ program }) => {
      const host = makeSocket('ipv4', false);
      const fd = program.process.descriptors.add({
        host,
        type: Filetype.socket_stream,
        base: all,
        inheriting: all,
        grant: 0,
      });
      assert.equal(send(program, fd, 'x', [FILE]), 'notsup');
    });
  });

  test('is closed if there is no room, and the message says so', () => {
    inFolder(({ program, hostDescriptors }) => {
      const [one, other] = pair(program);
      const before = hostDescriptors();
      for (const [sent, room] of [
        [3, 2],
        [2, 1],
        [1, 0],
        [5, 4],
      ] as const) {
        assert.equal(send(program, one, 'x', Array<number>(sent).fill(FILE)), 'success');
        const { fds, flags } = receive(program, other, { room });
        assert.deepEqual([fds.length, flags], [room, Roflags.fds_truncated]);
        assert.equal(hostDescriptors(), before + room);
        for (const fd of fds) program.must('fd_close', fd);
      }
    });
  });

  test('is closed if the table is full', () => {
    inFolder(({ program, hostDescriptors }) => {
      const [one, other] = pair(program);
      for (;;) if (program.call('fd_dup', FILE, At.result) !== 'success') break;
      const before = hostDescriptors();
      assert.equal(send(program, one, 'x', [FILE, DIRECTORY]), 'success');
      assert.deepEqual(receive(program, other), { text: 'x', fds: [], flags: Roflags.fds_truncated });
      assert.equal(hostDescriptors(), before);
      assert.equal(program.call('fd_close', CAPACITY - 1), 'success');
      assert.equal(send(program, one, 'x', [FILE, DIRECTORY]), 'success');
      const { fds, flags } = receive(program, other);
      assert.deepEqual([fds, flags], [[CAPACITY - 1], Roflags.fds_truncated]);
      assert.equal(hostDescriptors(), before + 1);
    });
  });

  test('stays in the queue while a program only looks', () => {
    inFolder(({ program, hostDescriptors }) => {
      const [one, other] = pair(program);
      const before = hostDescriptors();
      assert.equal(send(program, one, 'x', [FILE]), 'success');
      const looked = receive(program, other, { flags: Riflags.peek });
      assert.deepEqual(looked, { text: 'x', fds: [], flags: Roflags.fds_truncated });
      assert.equal(hostDescriptors(), before);
      assert.equal(receive(program, other).fds.length, 1);
    });
  });

  test('is gone if the data is read as from a file', () => {
    inFolder(({ program, hostDescriptors }) => {
      const [one, other] = pair(program);
      const before = hostDescriptors();
      assert.equal(send(program, one, 'x', [FILE]), 'success');
      assert.equal(program.must('fd_read', other, ...program.vector(8), At.result), 1);
      assert.equal(hostDescriptors(), before);
    });
  });

  test('cannot be a way to write or to change what was opened for reading', () => {
    inFolder(({ program, folder }) => {
      const [one, other] = pair(program);
      const host = openSync(join(folder, 'name'), 'r');
      const fd = program.process.descriptors.add({
        host,
        type: Filetype.regular_file,
        base: all,
        inheriting: all,
        grant: 0,
      });
      const number = pass(program, one, other, fd);
      assert.ok(typeof number === 'number');
      assert.equal(program.call('fd_write', number, ...program.vector(1), At.result), 'notcapable');
      assert.equal(program.call('file_stat_fput', number, At.in, Fsflags.size), 'notcapable');
      assert.equal(program.call('file_stat_fput', number, At.in, Fsflags.mtim), 'notcapable');
      const folderFd = pass(program, one, other, DIRECTORY);
      assert.ok(typeof folderFd === 'number');
      const at = program.fdstat(Rights.fd_write, 0n);
      const path = program.text('name');
      assert.equal(program.call('file_open', folderFd, 0, ...path, 0, at, At.result), 'notcapable');
      assert.equal(
        program.call('file_open', folderFd, 0, ...path, Oflags.trunc, program.fdstat(0n, 0n), At.result),
        'notcapable',
      );
      assert.equal(program.call('file_unlink', folderFd, ...path, 0), 'notcapable');
    });
  });
});
