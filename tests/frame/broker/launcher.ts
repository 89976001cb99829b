// Launches a program with a granted host that runs until it is ended, and says when it is up.
import { command, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';

const stdout = pipe('write');
const started = launch(
  '/bin/sh',
  command({
    base: 'system',
    arguments: ['-c', 'echo up; sleep 1000'],
    network: { hosts: ['localhost:1'] },
    stdout,
  }),
);
stdout.stream.pipe(process.stdout);
await started.exited;
