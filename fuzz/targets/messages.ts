import { CallList } from '../../src/host/processes/call-list.ts';
import { LIST_ADDRESS } from '../../src/host/processes/launch-stub.ts';
import { readMessages } from '../../src/worlds/messages.ts';
import type { Target } from '../target.ts';

const list = new CallList();
for (let step = 0; step < 3; step++) list.call(`step ${step}`, 'getpid', []);

/** Reports of the first process of a Linux program: it holds nothing of ours, and the program may control it by then. */
export const messages: Target = {
  name: 'messages',
  promise: 'bytes are no message yet, the failure of a step that there is, or an end with numbers',
  words: [
    '\x20\0\0\x10\0\0\0\0',
    '\xf7\xff\xff\xff\xff\xff\xff\xff',
    '\0\0\0\0\0\0\0\0',
    '\x09\0\0\0',
    '\0\x01\0\0',
  ],
  maximumLength: 512,
  run(bytes) {
    const buffer = Buffer.from(bytes);
    const message = readMessages(buffer, list);
    if (message === undefined) return;
    if (message.kind === 'failed') {
      if (!list.steps.includes(message.step)) throw new Error('There is no such step');
      if (!(message.errno > 0)) throw new Error(`${message.errno} is no error`);
      const record = Buffer.alloc(16);
      record.writeBigInt64LE(BigInt(LIST_ADDRESS + 32 + list.steps.indexOf(message.step) * 88));
      record.writeBigInt64LE(BigInt(-message.errno), 8);
      if (Number.isSafeInteger(message.errno) && !buffer.includes(record)) throw new Error('Nobody said so');
      return;
    }
    const { status, maximumMemory, cpuTime } = message;
    if (![status, maximumMemory, cpuTime].every(Number.isFinite)) throw new Error('A number is none');
  },
};
