import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Errno, Filetype, Fsflags, Lookupflags, Oflags } from '../src/abi/generated/constants.ts';
import { addressOf } from '../src/host/libc.ts';
import * as files from '../src/kernel/files.ts';
import * as lookups from '../src/kernel/lookups.ts';
import { open as openFile } from '../src/kernel/open.ts';
import { KernelProcess } from '../src/kernel/process.ts';
import { ALL_HIGH, ALL_LOW, R } from '../src/kernel/rights.ts';

const DURATION = 1500;
const FOLLOW = Lookupflags.symlink_follow;

describe('while another process changes the tree', () => {
  const base = mkdtempSync(join(tmpdir(), 'races-'));
  const outside = join(base, 'outside');
  const process = new KernelProcess();
  const content = Buffer.alloc(64);
  let racer: ChildProcess;
  let outsideBefore: unknown;

  /** Everything about the outside that an attack could change. */
  const look = (): unknown =>
    ['.', ...readdirSync(outside, { recursive: true }).map(String).sort()].map((name) => {
      const { ino, nlink, size, mtimeMs, ctimeMs, mode } = statSync(join(outside, name));
      return [name, ino, nlink, size, mtimeMs, ctimeMs, mode];
    });

  before(async () => {
    const granted = join(base, 'granted');
    mkdirSync(join(granted, 'swap'), { recursive: true });
    mkdirSync(join(granted, 'deep', 'walker', 'a', 'b'), { recursive: true });
    mkdirSync(join(outside, 'empty'), { recursive: true });
    writeFileSync(join(granted, 'swap', 'file'), 'inside');
    writeFileSync(join(granted, 'file'), 'inside');
    writeFileSync(join(granted, 'deep', 'walker', 'a', 'b', 'file'), 'inside');
    for (const name of ['file', 'secret', 'renamed']) writeFileSync(join(outside, name), 'secret');
    symlinkSync('../outside', join(granted, 'link'));
    symlinkSync(join(outside, 'secret'), join(granted, 'file-link'));
    symlinkSync('../../outside/secret', join(granted, 'deep', 'up'));
    const host = openSync(granted, constants.O_RDONLY | constants.O_DIRECTORY);
    const all = { low: ALL_LOW, high: ALL_HIGH };
    process.descriptors.add({ host, type: Filetype.directory, base: all, inheriting: all, grant: 0 });
    outsideBefore = look();
    racer = spawn(
      globalThis.process.execPath,
      [fileURLToPath(new URL('inside/racer.js', import.meta.url)), base],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    if (racer.stdout !== null) await once(racer.stdout, 'data');
  });
  after(async () => {
    racer.stdin?.end();
    await once(racer, 'exit');
    process.descriptors.closeAll();
    rmSync(base, { recursive: true, force: true });
  });

  const load = (path: string, other = ''): void => {
    process.path.load(Buffer.from(path), 0, path.length, true);
    if (other !== '') process.otherPath.load(Buffer.from(other), 0, other.length, true);
  };
  const open = (path: string, oflags: number, low: number, lookup: number = FOLLOW): number => {
    load(path);
    return openFile(process, 0, lookup, oflags, low, 0, 0, 0, 0);
  };

  /** Repeats calls for a while; gives how often each answered what. */
  function repeat(step: (round: number) => number): { rounds: number; answers: Map<number, number> } {
    const answers = new Map<number, number>();
    const start = Date.now();
    let rounds = 0;
    // A busy machine needs longer for as many.
    while (Date.now() < start + (rounds > 3000 ? DURATION : 80 * DURATION)) {
      for (let inner = 0; inner < 50; inner++) {
        const answer = Math.min(0, step(rounds++));
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    }
    return { rounds, answers };
  }
  /** Calls succeeded in between, were refused at other times, and never failed in a way that means something else. */
  function check({ rounds, answers }: ReturnType<typeof repeat>, expected: readonly Errno[]): void {
    assert.ok(rounds > 3000, `only ${rounds} rounds`);
    assert.ok((answers.get(0) ?? 0) > 20, `no success among ${JSON.stringify([...answers])}`);
    assert.ok(
      (answers.get(-Errno.notcapable) ?? 0) > 20,
      `nothing refused among ${JSON.stringify([...answers])}`,
    );
    const known = [0, -Errno.notcapable, ...expected.map((errno) => -errno)];
    assert.deepEqual(
      [...answers.keys()].filter((answer) => !known.includes(answer)),
      [],
    );
    assert.deepEqual(look(), outsideBefore);
  }
  const openCount = (): number => readdirSync('/proc/self/fd').length;

  /** Reads the text of a descriptor of the process, and closes that. */
  function read(fd: number): string {
    process.vectors.clear();
    process.vectors.add(addressOf(content), content.length);
    const length = files.read(process, fd);
    process.descriptors.close(fd);
    return length < 0 ? '' : content.toString('utf8', 0, length);
  }

  test('nothing outside is read, and what is inside can be', () => {
    const paths = ['swap/file', 'link/file', 'file', 'file-link', 'deep/up', 'swap/../file'];
    const before = openCount();
    const result = repeat((round) => {
      const fd = open(paths[round % paths.length] ?? '', 0, R.fd_read);
      if (fd >= 0) assert.equal(read(fd), 'inside');
      return fd;
    });
    check(result, [Errno.noent, Errno.again]);
    assert.equal(openCount(), before);
  });

  test('no attributes of the outside are seen or changed', () => {
    const inodes = new Set(['.', ...readdirSync(outside)].map((name) => statSync(join(outside, name)).ino));
    const paths = ['swap', 'link', 'swap/file', 'link/file', 'file', 'file-link', 'swap/..', 'link/..'];
    const result = repeat((round) => {
      load(paths[(round >> 1) % paths.length] ?? '');
      if (round % 2 === 0) return lookups.setTimesAt(process, 0, FOLLOW, 1n, 1n, Fsflags.mtim | Fsflags.atim);
      const answer = lookups.getAttributesAt(process, 0, FOLLOW);
      if (answer === 0) assert.ok(!inodes.has(Number(process.attributes.inode)));
      return answer;
    });
    check(result, [Errno.noent, Errno.again]);
  });

  test('nothing outside is created, cut or removed', () => {
    const result = repeat((round) => {
      const directory = round % 2 === 0 ? 'swap' : 'link';
      switch ((round >> 1) % 5) {
        case 0: {
          const fd = open(`${directory}/created`, Oflags.creat, R.fd_write);
          if (fd >= 0) process.descriptors.close(fd);
          return fd;
        }
        case 1:
          load(`${directory}/created`);
          return lookups.unlink(process, 0);
        case 2:
          load(`${directory}/made`);
          return lookups.createDirectory(process, 0);
        case 3:
          load(`${directory}/made`);
          return lookups.removeDirectory(process, 0);
        default: {
          const fd = open('file', Oflags.trunc, R.fd_write);
          if (fd >= 0) process.descriptors.close(fd);
          return fd;
        }
      }
    });
    check(result, [Errno.noent, Errno.again, Errno.exist]);
    assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret');
  });

  test('nothing outside is renamed, linked or given a link', () => {
    const made = open('source', Oflags.creat, R.fd_write);
    process.descriptors.close(made);
    const result = repeat((round) => {
      const directory = round % 2 === 0 ? 'swap' : 'link';
      switch ((round >> 1) % 6) {
        case 0:
          load('source', `${directory}/renamed`);
          return lookups.rename(process, 0, 0);
        case 1:
          load(`${directory}/renamed`, 'source');
          return lookups.rename(process, 0, 0);
        case 2:
          load(`${directory}/secret`, 'stolen');
          return lookups.link(process, 0, FOLLOW, 0);
        case 3:
          load('file', `${directory}/linked`);
          return lookups.link(process, 0, 0, 0);
        case 4:
          load(`${directory}/linked`);
          return lookups.unlink(process, 0);
        default:
          load('anywhere', `${directory}/linked`);
          return lookups.symlink(process, 0);
      }
    });
    check(result, [Errno.noent, Errno.again, Errno.exist]);
  });

  test('a directory that is moved out of the tree does not take its way up along', () => {
    const names = ['..', '../..', '../../..', '../../../outside', '../../../../outside/secret', '../b/file'];
    const inodes = new Set(['.', ...readdirSync(outside)].map((name) => statSync(join(outside, name)).ino));
    inodes.add(statSync(base).ino);
    let within = 0;
    const result = repeat((round) => {
      load('deep/walker/a/b');
      const rights = R.file_open | R.file_stat_get;
      const fd = openFile(process, 0, 0, Oflags.directory, rights, 0, ALL_LOW, 0, 0);
      if (fd < 0) return fd;
      load(names[round % names.length] ?? '');
      const up = lookups.getAttributesAt(process, fd, FOLLOW);
      process.descriptors.close(fd);
      assert.ok(up === -Errno.notcapable || up === -Errno.again, `above an opened directory: ${up}`);
      // From the granted directory the same way is allowed, as long as it stays beneath.
      load('deep/walker/a/b/../../../../swap');
      const around = lookups.getAttributesAt(process, 0, FOLLOW);
      if (around === 0) {
        within++;
        assert.ok(!inodes.has(Number(process.attributes.inode)));
      }
      return up;
    });
    assert.ok(result.rounds > 3000 && within > 20, `${result.rounds} rounds, ${within} within`);
    assert.deepEqual(look(), outsideBefore);
  });

  test('no lookup leaves a descriptor open', () => {
    const probe = openSync('/dev/null', 'r');
    closeSync(probe);
    assert.ok(probe < 60, `the next descriptor is ${probe}`);
  });
});
