import { randomFillSync } from 'node:crypto';
import { closeSync, readFileSync, writeSync } from 'node:fs';
import { STDERR } from '../host/files/standard-streams.ts';
import { endProcess } from '../host/processes/own-process.ts';
import { dieWithParent } from '../host/processes/parent.ts';
import { takeOver } from '../host/sockets/handover.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { PR_SET_DUMPABLE } from '../linux/prctl.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { printable } from '../text/printable.ts';
import type { CallRule } from '../walls/allow-list.ts';
import { confine } from '../walls/confinement.ts';
import { LandlockAccess } from '../walls/landlock.ts';
import { type Mechanism, mechanisms } from '../walls/mechanisms.ts';
import { BackingFolder } from './backing.ts';
import { type BeginServing, ServerDescriptor } from './begin.ts';
import { EncryptedFile } from './encrypted-file.ts';
import { ID_SIZE } from './file-header.ts';
import { FolderKey } from './folder-key.ts';
import { FuseServer } from './fuse-server.ts';
import { OpenFiles } from './open-files.ts';

/** The most characters of a path in a message. */
const LONGEST_NAME = 1000;

/** Calls on the entries of the directory, which Landlock holds to it. */
const folderCalls: readonly CallRule[] = [
  { call: 'openat2' },
  { call: 'mkdirat' },
  { call: 'mknodat' },
  { call: 'symlinkat' },
  { call: 'unlinkat' },
  { call: 'renameat2' },
  { call: 'linkat' },
  { call: 'readlinkat' },
  { call: 'fchmodat' },
  { call: 'ftruncate' },
  { call: 'utimensat' },
  { call: 'fstatfs' },
];

/** Everything beneath the directory but devices, and nothing can be executed. */
const BENEATH: number =
  LandlockAccess.readFile |
  LandlockAccess.readDir |
  LandlockAccess.writeFile |
  LandlockAccess.truncate |
  LandlockAccess.makeReg |
  LandlockAccess.makeDir |
  LandlockAccess.makeSym |
  LandlockAccess.makeFifo |
  LandlockAccess.makeSock |
  LandlockAccess.removeFile |
  LandlockAccess.removeDir |
  LandlockAccess.refer;

const READING: number = LandlockAccess.readFile | LandlockAccess.readDir;

/**
 * Runs the process that serves an encrypted directory: it holds the key, and reads what the program asks for and what lies
 * in the directory. It can reach that directory and nothing else, and ends when the program's mount is gone.
 */
export function serveEncrypted(): void {
  // No process of the same user looks into its memory, and a crash leaves no file with the key.
  check(syscall(callNumberOf('prctl'), PR_SET_DUMPABLE, 0, 0, 0, 0), 'prctl');
  const begin: BeginServing = JSON.parse(readFileSync(ServerDescriptor.begin, 'utf8'));
  closeSync(ServerDescriptor.begin);
  if (!dieWithParent(begin.parent)) endProcess(0);
  const key = new FolderKey(Buffer.from(begin.key, 'hex'));
  const folder = new BackingFolder(ServerDescriptor.folder);
  warmUp(key);
  syscall(callNumberOf('umask'), 0);
  const [device] = takeOver(ServerDescriptor.intake) ?? [];
  // The program was not started.
  if (device === undefined) endProcess(0);
  closeSync(ServerDescriptor.intake);
  confine({
    descriptors: [],
    keep: [STDERR, ServerDescriptor.folder, device],
    accepted: accepted(begin.accept),
    beneath: [{ directory: ServerDescriptor.folder, access: begin.writes ? BENEATH : READING }],
    eventLoop: folderCalls,
  });
  const server = new FuseServer({
    device,
    folder,
    files: new OpenFiles(folder, key, begin.writes),
    owner: begin.owner,
    onDamage: (path) => {
      const where = printable(Buffer.from(`${begin.name}/${path}`, 'latin1').toString(), LONGEST_NAME);
      writeSync(STDERR, `cloudabi: ${where} is damaged, or was encrypted with another key\n`);
    },
  });
  server.serve();
  endProcess(0);
}

function accepted(names: readonly string[]): readonly Mechanism[] {
  const isMechanism = (name: string): name is Mechanism => Object.hasOwn(mechanisms, name);
  return names.filter(isMechanism);
}

/** Has the library for encryption load what it needs, for which no file can be opened later. */
function warmUp(key: FolderKey): void {
  key.keyOf(randomFillSync(new Uint8Array(ID_SIZE)));
  EncryptedFile.warmUp(key);
}
