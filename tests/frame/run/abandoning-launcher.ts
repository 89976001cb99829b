// Launches a program, lets go of its handle, and says whether the program goes on. Run with --expose-gc.
import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { command, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';

const [program = '', asked] = process.argv.slice(2);

/** In milliseconds: how long one that has been let go of may live on, and how long one that has not is watched. */
const LONGEST = 120_000;
const WATCHED = 1000;

const output = pipe('write');
let gone = false;
output.stream.once('close', () => {
  gone = true;
});

function start(): void {
  const linux = { base: 'system', arguments: ['-c', 'sleep 1000 & echo up; wait'], stdout: output } as const;
  const process = launch(program, program === '/bin/sh' ? command(linux) : new Map([['output', output]]));
  if (asked === 'asked') void process.exited;
}

start();
// A collection of garbage that comes by itself may end the program before it has said anything.
await new Promise((resolve) => output.stream.once('data', resolve).once('close', resolve));
for (const end = Date.now() + (asked === 'asked' ? WATCHED : LONGEST); !gone && Date.now() < end; ) {
  globalThis.gc?.();
  await setTimeout(20);
}
writeSync(1, gone ? 'gone' : 'goes on');
process.exit(0);
