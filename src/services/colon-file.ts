import { constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Holdings } from './service.ts';
import { ServiceError } from './service-error.ts';

/** The largest database that is read, in bytes. */
const LARGEST = 16 * 2 ** 20;

/**
 * Opens a database for a service that holds nothing else.
 *
 * @throws Error of Node.
 */
export function holdFile(path: string): Holdings {
  // A pipe that lies there is not waited for.
  return { descriptors: { file: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) }, data: null };
}

/**
 * A text file with a database that a service holds: it is read again when it has changed. One that another file has
 * replaced stays as it was.
 */
export class HeldDatabase<Row> {
  readonly #descriptor: number;
  readonly #read: (text: string) => Row;
  #version = '';
  #rows: Row | undefined;

  /** @param read Makes something of the text; called again for each version. */
  constructor({ descriptors }: Holdings, read: (text: string) => Row) {
    this.#descriptor = descriptors['file'] ?? -1;
    this.#read = read;
    // Found out before a client waits for it.
    this.current();
  }

  /** Gives the contents of now. @throws ServiceError `EIO` */
  current(): Row {
    const { size, mtimeNs, ctimeNs } = fstatSync(this.#descriptor, { bigint: true });
    const version = `${size} ${mtimeNs} ${ctimeNs}`;
    if (this.#rows !== undefined && version === this.#version) return this.#rows;
    if (size > LARGEST) throw new ServiceError('EIO', `The database has ${size} bytes, more than ${LARGEST}`);
    const bytes = Buffer.alloc(Number(size));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(this.#descriptor, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    this.#rows = this.#read(bytes.toString('utf8', 0, length));
    this.#version = version;
    return this.#rows;
  }
}

/** Splits a database such as passwd(5) into lines of fields; comments and lines with another number are left out. */
export function colonLines(text: string, fields: number): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
    .filter((parts) => parts.length === fields);
}

/** Splits a database such as services(5) into lines of words, without comments. */
export function wordLines(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
}
