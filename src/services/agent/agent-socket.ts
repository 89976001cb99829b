import { readSync } from 'node:fs';
import { NativeMemory } from '../../host/memory.ts';
import { send } from '../../host/sockets/sockets.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { EPOLLIN } from '../../linux/waiting.ts';
import { MessageReader } from '../../ssh-agent/message.ts';
import type { ServiceHost } from '../service.ts';
import { ServiceError } from '../service-error.ts';

const PORTION = 65536;

type Waiting = { readonly resolve: (answer: Buffer) => void; readonly reject: (error: Error) => void };

/** A socket on which an agent of SSH answers requests in their order. */
export class AgentSocket {
  readonly #descriptor: number;
  readonly #reader = new MessageReader();
  readonly #waiting: Waiting[] = [];
  readonly #portion = Buffer.alloc(PORTION);
  #isOver = false;

  /** @param descriptor It has to stay open, and blocks. */
  constructor(descriptor: number, host: ServiceHost) {
    this.#descriptor = descriptor;
    host.watch(descriptor, EPOLLIN, () => {
      if (!this.#read()) host.unwatch(descriptor);
    });
  }

  /** Sends a message with its length. @returns The answer without its length. @throws ServiceError `EPIPE` */
  ask(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      const memory = new NativeMemory(request.length);
      memory.bytes.set(request);
      for (let sent = 0; sent < request.length && !this.#isOver; ) {
        const count = send(this.#descriptor, memory.at(sent), request.length - sent);
        if (count < 0 && count !== -LinuxErrno.EINTR) this.#end();
        else if (count > 0) sent += count;
      }
      if (this.#isOver) this.#end();
    });
  }

  #read(): boolean {
    try {
      const count = readSync(this.#descriptor, this.#portion);
      if (count === 0) return this.#end();
      for (const answer of this.#reader.push(Buffer.from(this.#portion.subarray(0, count))))
        this.#waiting.shift()?.resolve(Buffer.from(answer));
      return true;
    } catch {
      return this.#end();
    }
  }

  #end(): false {
    this.#isOver = true;
    for (const { reject } of this.#waiting.splice(0))
      reject(new ServiceError('EPIPE', 'The agent does not answer any more'));
    return false;
  }
}
