// A program that was granted one of each: a file, a directory, a socket, another directory and a process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Filetype } from '../../../src/abi/generated/constants.ts';
import { duplicate } from '../../../src/host/files/new-descriptors.ts';
import { openProcess } from '../../../src/host/processes/process-info.ts';
import { ALL_HIGH, ALL_LOW, type RightsSet } from '../../../src/kernel/rights.ts';
import { Program } from './cloudabi-program.ts';

export const FILE = 0;
export const DIRECTORY = 1;
export const SOCKET = 2;
export const PEER = 3;
export const OTHER = 4;
export const PROCESS = 5;

/** The host's descriptor of a process that has ended, with exit code 1. */
const ended = await endedProcess();

async function endedProcess(): Promise<number> {
  const child = spawn('false', { stdio: 'ignore' });
  const descriptor = openProcess(child.pid ?? 0);
  await once(child, 'exit');
  return descriptor;
}

/** Rights of all descriptors; everything by default. */
export type Grants = {
  /** The descriptor that lacks these rights. */
  readonly fd?: number;
  readonly lacking?: RightsSet;
  /** Inheriting rights that the descriptors lack. */
  readonly inheritingLacking?: RightsSet;
};

export type Folder = {
  readonly program: Program;
  readonly folder: string;
  /** Everything a call could have changed in the granted directories. */
  readonly look: () => unknown;
  readonly hostDescriptors: () => number;
};

const NONE: RightsSet = { low: 0, high: 0 };

/** Runs a test with a fresh program and folder, and cleans up. */
export function inFolder(act: (folder: Folder) => void, grants: Grants = {}): void {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  mkdirSync(join(folder, 'other'));
  mkdirSync(join(folder, 'empty'));
  for (const place of ['.', 'other']) writeFileSync(join(folder, place, 'name'), 'contents');
  const without = ({ low, high }: RightsSet): RightsSet => ({ low: ALL_LOW & ~low, high: ALL_HIGH & ~high });
  const rights = (fd: number) => ({
    base: without(fd === grants.fd ? (grants.lacking ?? NONE) : NONE),
    inheriting: without(grants.inheritingLacking ?? NONE),
    grant: fd,
  });
  const program = new Program();
  const { descriptors } = program.process;
  const directory = constants.O_RDONLY | constants.O_DIRECTORY;
  descriptors.add({
    host: openSync(join(folder, 'name'), 'r+'),
    type: Filetype.regular_file,
    ...rights(FILE),
  });
  descriptors.add({ host: openSync(folder, directory), type: Filetype.directory, ...rights(DIRECTORY) });
  // A pair of sockets, then the same sockets with the rights of this test.
  program.must('fd_create2', Filetype.socket_stream, 64, 128);
  const all = { low: ALL_LOW, high: ALL_HIGH };
  const host = (fd: number): number => descriptors.require('test', fd, 0);
  const pair = [host(SOCKET), host(PEER)];
  for (const [index, fd] of [SOCKET, PEER].entries()) {
    descriptors.add({
      host: pair[index] ?? -1,
      type: Filetype.socket_stream,
      ...rights(fd),
      inheriting: all,
    });
    program.must('fd_replace', OTHER, fd);
    program.must('fd_close', OTHER);
  }
  descriptors.add({
    host: openSync(join(folder, 'other'), directory),
    type: Filetype.directory,
    ...rights(OTHER),
  });
  descriptors.add({ host: duplicate(ended), type: Filetype.process, ...rights(PROCESS) });
  program.bytes.fill(0);
  try {
    act({
      program,
      folder,
      look: () => [
        readdirSync(folder, { recursive: true }).sort(),
        readFileSync(join(folder, 'name'), 'utf8'),
        readFileSync(join(folder, 'other', 'name'), 'utf8'),
      ],
      hostDescriptors: () => readdirSync('/proc/self/fd').length,
    });
  } finally {
    program.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
