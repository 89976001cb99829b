import { fd_read, fd_write } from './abi/calls';
import { Errno } from './abi/constants';
import { Descriptor } from './descriptor';
import { done, failure, outcome, Outcome, Result, success } from './result';

const vector: usize = memory.data(8, 4);
const size: usize = memory.data(4, 4);

/** The address of one vector over these bytes. */
export function vectorOf(address: usize, length: i32): usize {
  store<usize>(vector, address);
  store<usize>(vector, length, 4);
  return vector;
}

/** Bytes that come and go one after the other: a file, a pipe, a terminal, a connection. */
export class Stream extends Descriptor {
  /**
   * Reads available bytes, waiting for the first one.
   *
   * @returns The number of bytes that were read into the start of `into`; 0 at the end.
   */
  read(into: Uint8Array): Result<i32> {
    const error = fd_read(this.fd, vectorOf(into.dataStart, into.length), 1, size);
    return error == Errno.success ? success(load<i32>(size)) : failure<i32>(error, 'read');
  }

  /**
   * Reads everything up to the end.
   *
   * @param limit Largest number of bytes; more of them are the error `fbig`.
   */
  readAll(limit: i32 = 16777216): Result<Uint8Array> {
    let buffer = new Uint8Array(min(limit, 65536));
    let length = 0;
    while (true) {
      if (length == buffer.length) {
        if (length >= limit) {
          // One more byte tells the end from too much.
          const more = this.read(new Uint8Array(1));
          if (!more.ok) return failure<Uint8Array>(more.error, more.task);
          if (more.value == 0) break;
          return failure<Uint8Array>(Errno.fbig, 'read', 'there are more than ' + limit.toString() + ' bytes (fbig)');
        }
        const larger = new Uint8Array(<i32>min<i64>(limit, <i64>length * 2));
        larger.set(buffer);
        buffer = larger;
      }
      const error = fd_read(this.fd, vectorOf(buffer.dataStart + length, buffer.length - length), 1, size);
      if (error == Errno.intr) continue;
      if (error != Errno.success) return failure<Uint8Array>(error, 'read');
      const got = load<i32>(size);
      if (got == 0) break;
      length += got;
    }
    return success(buffer.subarray(0, length));
  }

  /** Reads everything up to the end as UTF-8 text. */
  readText(limit: i32 = 16777216): Result<string> {
    const bytes = this.readAll(limit);
    if (!bytes.ok) return failure<string>(bytes.error, bytes.task, bytes.reason);
    return success(String.UTF8.decodeUnsafe(bytes.value.dataStart, bytes.value.length));
  }

  /**
   * Writes as many bytes as there is room for, waiting for the first one.
   *
   * @returns The number of bytes that were taken.
   */
  write(bytes: Uint8Array): Result<i32> {
    const error = fd_write(this.fd, vectorOf(bytes.dataStart, bytes.length), 1, size);
    return error == Errno.success ? success(load<i32>(size)) : failure<i32>(error, 'write');
  }

  /** Writes all of it. */
  writeAll(bytes: Uint8Array): Outcome {
    return this.writeFrom(bytes.dataStart, bytes.length);
  }

  /** Writes text as UTF-8, all of it. */
  writeText(text: string): Outcome {
    const bytes = String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE);
    return this.writeFrom(changetype<usize>(bytes), bytes.byteLength);
  }

  private writeFrom(address: usize, length: i32): Outcome {
    while (length > 0) {
      const error = fd_write(this.fd, vectorOf(address, length), 1, size);
      if (error == Errno.intr) continue;
      if (error != Errno.success) return outcome(error, 'write');
      address += load<u32>(size);
      length -= load<i32>(size);
    }
    return done();
  }
}
