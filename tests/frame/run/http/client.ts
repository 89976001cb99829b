import { connect } from 'node:net';
import type { Step } from './cases.ts';

/** Characters of an answer that are compared; of longer ones the length stands for the rest. */
const SHOWN = 4000;

/** Milliseconds after which a case has failed. */
const TOO_LONG = 60_000;

/**
 * Does the steps of a case at a server, and tells what came back and how the connection ended. A client that has
 * nothing more to wait for leaves.
 */
export async function exchange(port: number, steps: readonly Step[]): Promise<readonly [string, string]> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  let end = '';
  let changed = (): void => undefined;
  const ends = (how: string): void => {
    end ||= how;
    changed();
  };
  socket.setEncoding('latin1');
  socket.on('data', (piece) => {
    received += String(piece);
    changed();
  });
  socket.on('end', () => ends('ended'));
  socket.on('error', (error) => ends('code' in error ? String(error.code) : error.message));
  socket.on('close', () => ends('closed'));
  const late = setTimeout(
    () => ends(`nothing came any more, after ${JSON.stringify(shown(received))}`),
    TOO_LONG,
  );
  const until = async (holds: () => boolean): Promise<void> => {
    while (end === '' && !holds()) {
      await new Promise<void>((done) => {
        changed = done;
      });
    }
  };
  for (const step of steps) {
    if (step === 'END') socket.end();
    else if (typeof step === 'string') socket.write(step, 'latin1');
    else await until(() => step.until.test(received));
  }
  if (typeof steps.at(-1) === 'string') await until(() => false);
  clearTimeout(late);
  socket.destroy();
  return [shown(received), end];
}

/** An answer without what differs each time. */
function shown(received: string): string {
  const same = received
    .replaceAll(/^Date: .*\r$/gm, 'Date: then\r')
    .replaceAll(/"date":"[^"]*"/g, '"date":"then"');
  return same.length > SHOWN ? `${same.slice(0, SHOWN)}… ${same.length}` : same;
}
