// Launches programs the way launch.test.ts asks for, in a process of its own that can be killed.
import { writeSync } from 'node:fs';
import { command, fd, pipe } from '../../../../src/resources/constructors.ts';
import { launch } from '../../../../src/run/launch.ts';

const [what = '', marker = '', walls = 'all'] = process.argv.slice(2);
const sleeping = `setsid sleep ${marker} & sleep ${marker} & echo ready; wait`;

function start(): Promise<unknown> {
  const output = pipe('write');
  const made = command({ base: 'system', arguments: ['-c', sleeping], stdout: output });
  const running = launch('/bin/sh', made, { walls: walls === 'landlock' ? walls : 'all' });
  const ready = new Promise((resolve) => output.stream.once('data', resolve));
  void running.exited;
  return ready;
}

if (what === 'descriptors') {
  const script = 'for i in 0 2 3 4 5 6 7 8 9; do (: >&$i) 2>/dev/null && echo $i; done; echo 1';
  const made = command({ base: 'system', arguments: ['-c', script], stdout: fd('stdout') });
  await launch('/bin/sh', made).exited;
} else {
  await start();
  writeSync(1, 'ready\n');
}
