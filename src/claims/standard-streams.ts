import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { Filetype } from '../abi/generated/constants.ts';
import { ArrowEnd, type EndPurpose } from '../graph/arrow-end.ts';
import { duplicate, makePipe } from '../host/files/new-descriptors.ts';
import type { PartReader } from '../resources/document.ts';
import { pipeRights } from '../resources/pipe.ts';
import { nameWritten, textIn } from '../resources/written.ts';

/** The standard streams of a program, which are pipes to this process. */
export class StandardStreams {
  readonly input: Writable;
  readonly output: Readable;
  readonly #stdin: number;
  readonly #stdout: number;

  constructor() {
    const [input, output] = [makePipe(), makePipe()];
    this.#stdin = input.read;
    this.#stdout = output.write;
    this.input = new Socket({ fd: input.write, readable: false, writable: true });
    this.output = new Socket({ fd: output.read, readable: true, writable: false });
    // A program need not read what it is told.
    this.input.on('error', () => undefined);
  }

  /** Reads `!fd`: a stream of the program, and no descriptor of this process. */
  readonly read: PartReader = (written, { mistakes, position }) => {
    const name = textIn(written);
    if (name === 'stdin') return this.#end({ kind: 'pipe', arrow: name, end: 'read' }, position);
    if (name === 'stdout' || name === 'stderr') return this.#end({ kind: 'log', stream: name }, position);
    mistakes.add(
      `In a claim, !fd is 'stdin', 'stdout' or 'stderr', not ${nameWritten(written)}`,
      written.position ?? position,
    );
    return undefined;
  };

  #end(purpose: EndPurpose & { readonly kind: 'pipe' | 'log' }, position: ArrowEnd['position']) {
    const reads = purpose.kind === 'pipe';
    const description = reads ? 'Standard input of the claim' : 'The output of the claim';
    const checked = { description, type: Filetype.unknown, ...pipeRights(reads ? 'read' : 'write') };
    const resource = new ArrowEnd('pipe', purpose, checked, position);
    resource.provide(() => duplicate(reads ? this.#stdin : this.#stdout));
    return { kind: 'resource', resource, position } as const;
  }

  /** Closes the ends of the program in this process, when it has its own. */
  closeGiven(): void {
    closeSync(this.#stdin);
    closeSync(this.#stdout);
  }

  /** Closes the ends of this process. */
  close(): void {
    this.input.destroy();
    this.output.destroy();
  }
}
