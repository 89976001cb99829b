import type { Socket } from 'node:net';
import { type NameAnswer, replyTo } from './answer.ts';
import { type NameQuestion, type ReadRequest, readRequest } from './request.ts';

/** Milliseconds in which a client must have sent its request, and read the reply. */
const PATIENCE = 5000;

/** Answers a question; a failure counts as *not served*. */
export type AnswerName = (question: NameQuestion) => Promise<NameAnswer>;

/**
 * Serves a connection of the C library: one request and its reply. Memory is never shared, so that the library asks for each
 * name by the socket.
 */
export function serveNscd(client: Socket, answerName: AnswerName): void {
  let bytes: Buffer = Buffer.alloc(0);
  let asked = false;
  client.setTimeout(PATIENCE, () => client.destroy());
  client.on('error', () => client.destroy());
  client.on('data', (chunk: Buffer) => {
    // A request is the whole of a connection.
    if (asked) return void client.destroy();
    bytes = Buffer.concat([bytes, chunk]);
    const request = readRequest(bytes);
    if (request.kind === 'incomplete') return;
    asked = true;
    replyFor(request, answerName).then(
      (reply) => (reply === undefined ? client.destroy() : client.end(reply)),
      () => client.destroy(),
    );
  });
}

async function replyFor(request: ReadRequest, answerName: AnswerName): Promise<Buffer | undefined> {
  switch (request.kind) {
    case 'incomplete':
    case 'malformed':
      return undefined;
    case 'other':
      return replyTo(request.type, { kind: 'user', name: '' }, { kind: 'not served' });
    case 'question': {
      const { type, question } = request;
      const answer = await answerName(question).catch((): NameAnswer => ({ kind: 'not served' }));
      return replyTo(type, question, answer);
    }
  }
}
