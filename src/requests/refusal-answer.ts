import type { Outgoing } from './exchange.ts';

/** An answer of the relay's own: the status (RFC 9110, section 15), and a sentence. */
export type OwnAnswer = { readonly status: number; readonly reason: string };

/** Answers a request by ourselves, with a line of text that says why. */
export function answerRefusal(outgoing: Outgoing, { status, reason }: OwnAnswer): void {
  if (outgoing.headersSent || outgoing.writableEnded) {
    outgoing.destroy();
    return;
  }
  const text = `cloudabi: ${reason}\n`;
  outgoing.statusCode = status;
  outgoing.setHeader('content-type', 'text/plain; charset=utf-8');
  outgoing.setHeader('content-length', Buffer.byteLength(text));
  // The rest of the body is not read: HTTP/1.1 has no other way to end such a request.
  if (!('stream' in outgoing)) outgoing.setHeader('connection', 'close');
  outgoing.end(text);
}
