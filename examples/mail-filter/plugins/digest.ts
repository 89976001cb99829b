import { createHash } from 'node:crypto';
import { program, readable, writable } from 'cloudabi/program';
import { answer } from './plugin.ts';

/** Adds a digest of the body. */
export default program({ schema: { messages: readable(), verdicts: writable() } }, ({ messages, verdicts }) =>
  answer(messages, verdicts, ({ body }) => ({
    header: ['X-Digest', createHash('sha256').update(body).digest('hex')],
  })),
);
