import { writeSync } from 'node:fs';
import { raiseSignal } from '../host/processes/own-process.ts';
import { SIGABRT } from '../linux/signals.ts';
import { printableLines } from '../text/printable.ts';
import { formatRefusal, type Refused } from './refusals.ts';

/** Writes the refusal to standard error and ends the process with SIGABRT, as an assertion would. */
export function stopAtFirst(refusal: Refused): void {
  const numbers = refusal.arguments.map((value) => `0x${value.toString(16)}`).join(', ');
  const report = [
    `Process ${process.pid} was stopped at the first refusal in capability mode`,
    formatRefusal(refusal),
    ...(refusal.stack === undefined
      ? ['    (native code, or a function that was taken before enter())']
      : []),
    ...(numbers === '' ? [] : [`Arguments: ${numbers}`]),
    `Program: ${[process.execPath, ...process.execArgv, ...process.argv.slice(1)].join(' ')}`,
    '',
  ].join('\n');
  try {
    writeSync(2, printableLines(report));
  } finally {
    raiseSignal(SIGABRT);
  }
}
