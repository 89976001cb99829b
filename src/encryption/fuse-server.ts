import { readSync, writeSync } from 'node:fs';
import { LinuxErrno } from '../linux/errno.ts';
import { HostFailure } from './backing.ts';
import { type FolderAnswer, type FolderParts, FolderRequests, LARGEST_WRITE } from './folder-requests.ts';
import { FuseCall, type FuseRequest, OUT_HEADER, readFuseRequest } from './fuse-wire.ts';
import { IntegrityError, PAGE_SIZE } from './page-cipher.ts';

/** Room for the largest request. */
const REQUEST_ROOM = LARGEST_WRITE + PAGE_SIZE;

const NOTHING = Buffer.alloc(0);

/** The parts that a server has. */
export type ServerParts = FolderParts & {
  /** A descriptor of /dev/fuse that is mounted. */
  readonly device: number;
  /** Called for a file that is not authentic. */
  readonly onDamage: (path: string) => void;
};

/** The server of the file system by which a program sees an encrypted directory. It answers one request after another. */
export class FuseServer {
  readonly #parts: ServerParts;
  readonly #requests: FolderRequests;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#requests = new FolderRequests(parts);
  }

  /** Answers until the file system is mounted nowhere any more. */
  serve(): void {
    const { device } = this.#parts;
    const room = Buffer.alloc(REQUEST_ROOM);
    for (;;) {
      let length: number;
      try {
        length = readSync(device, room, 0, room.length, null);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ENODEV') return;
        // A request that was taken back, and signals.
        if (code === 'ENOENT' || code === 'EINTR' || code === 'EAGAIN') continue;
        throw error;
      }
      if (length === 0) return;
      const request = readFuseRequest(room.subarray(0, length));
      if (request.call === FuseCall.destroy) return;
      const answer = this.#answer(request);
      if (answer !== 'none') this.#send(request.unique, answer);
    }
  }

  #answer(request: FuseRequest): FolderAnswer {
    try {
      return this.#requests.carryOut(request);
    } catch (error) {
      if (error instanceof HostFailure) return error.errno;
      if (error instanceof IntegrityError) {
        this.#parts.onDamage(this.#requests.nameOf(request.node));
        return LinuxErrno.EIO;
      }
      if (error instanceof RangeError) return LinuxErrno.EFBIG;
      if (error instanceof Error && 'errno' in error && typeof error.errno === 'number')
        return Math.abs(error.errno);
      throw error;
    }
  }

  #send(unique: bigint, answer: Exclude<FolderAnswer, 'none'>): void {
    const body = typeof answer === 'number' ? NOTHING : answer;
    const bytes = Buffer.alloc(OUT_HEADER + body.length);
    bytes.writeUInt32LE(bytes.length, 0);
    bytes.writeInt32LE(typeof answer === 'number' ? -answer : 0, 4);
    bytes.writeBigUInt64LE(unique, 8);
    body.copy(bytes, OUT_HEADER);
    try {
      writeSync(this.#parts.device, bytes);
    } catch (error) {
      // The process that waited is gone.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}
