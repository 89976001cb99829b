import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** The end of a command that runs beside the test, with all that it has printed. */
export type Finished = { readonly status: unknown; readonly stdout: string; readonly stderr: string };

/** Waits for the end of a command. Its outputs are pipes. */
export async function outcomeOf(child: ChildProcess): Promise<Finished> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new TypeError('The outputs of the command are no pipes');
  const [out, error, [status]] = await Promise.all([text(stdout), text(stderr), once(child, 'exit')]);
  return { status, stdout: out, stderr: error };
}
