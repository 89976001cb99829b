import { fstatSync, readSync } from 'node:fs';
import { ServiceError } from '../service-error.ts';
import type { Wire } from '../wire.ts';
import { type Format, parseConfiguration } from './formats.ts';
import { mergeTrees } from './visible-tree.ts';

/** The largest file that is read, in bytes. */
const LARGEST = 2 ** 20;

/** A file of a configuration that is held. */
export type HeldConfiguration = { readonly descriptor: number; readonly format: Format };

/** One tree of several files, those behind over those before. It is read again when a file has changed. */
export class ConfigurationTree {
  readonly #files: readonly HeldConfiguration[];
  #version = '';
  #tree: Promise<Wire> | undefined;

  constructor(files: readonly HeldConfiguration[]) {
    this.#files = files;
  }

  /** Gives the tree of now. @throws ServiceError */
  current(): Promise<Wire> {
    const version = this.#files.map(({ descriptor }) => versionOf(descriptor)).join();
    if (this.#tree === undefined || version !== this.#version) {
      this.#version = version;
      this.#tree = this.#read();
      this.#tree.catch(() => {
        this.#tree = undefined;
      });
    }
    return this.#tree;
  }

  async #read(): Promise<Wire> {
    let tree: Wire = new Map();
    for (const { descriptor, format } of this.#files) {
      const upper = await parseConfiguration(readText(descriptor), format);
      // A file of comments alone says nothing.
      if (upper !== null) tree = mergeTrees(tree, upper);
    }
    return tree;
  }
}

function versionOf(descriptor: number): string {
  const { size, mtimeNs, ctimeNs } = fstatSync(descriptor, { bigint: true });
  return `${size} ${mtimeNs} ${ctimeNs}`;
}

function readText(descriptor: number): string {
  const size = fstatSync(descriptor).size;
  if (size > LARGEST) throw new ServiceError('EMSGSIZE', `A file has ${size} bytes, more than ${LARGEST}`);
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const count = readSync(descriptor, bytes, length, size - length, length);
    if (count === 0) break;
    length += count;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
  } catch {
    throw new ServiceError('EPROTO', 'A file is not UTF-8');
  }
}
