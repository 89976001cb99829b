import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A message as plug-ins see it. */
export type Mail = { readonly from: string; readonly subject: string; readonly body: string };

/** Verdict of a plug-in on a message: a score (1 and above is spam), and a header to add. */
export type Verdict = { readonly score?: number; readonly header?: readonly [name: string, value: string] };

/** Answers each message with a verdict, a line of JSON each. */
export async function answer(
  messages: Readable,
  verdicts: Writable,
  judge: (mail: Mail) => Verdict,
): Promise<void> {
  for await (const line of createInterface({ input: messages })) {
    verdicts.write(`${JSON.stringify(judge(JSON.parse(line)))}\n`);
  }
}
