import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusHistory } from '../../src/graph/history.ts';
import type { GraphStatus } from '../../src/graph/status.ts';

/** The state of two replicas and an arrow after a number of seconds. */
function stateAfter(seconds: number): GraphStatus {
  const replica = (number: number) => ({
    program: 'front',
    replica: number,
    state: 'ready',
    pid: 1,
    since: null,
    starts: 1,
    failures: 0,
    refusals: seconds,
    processes: 1,
    memory: 1000,
    cpuTime: seconds * 250,
    lastEnd: null,
  });
  const sent = seconds === 20 ? 0 : seconds * 100;
  const arrow = {
    arrow: 'web',
    kind: 'published',
    address: null,
    open: 3,
    connections: null,
    sent,
    received: 0,
    refused: 1,
  };
  return {
    name: 'g',
    file: 'g.yaml',
    began: new Date(0),
    programs: [replica(1), replica(2)],
    arrows: [arrow],
  };
}

test('the last hour has sums of replicas, rates of counters, and gaps where nothing is known', () => {
  let seconds = 0;
  const history = new StatusHistory(() => stateAfter(seconds));
  for (; seconds <= 30; seconds += 10) history.take(seconds * 1000);
  assert.deepEqual(history.ofProgram('front'), {
    times: [0, 10, 20, 30],
    lines: [
      { name: 'cpu', values: [null, 50, 50, 50] },
      { name: 'memory', values: [2000, 2000, 2000, 2000] },
      { name: 'starts', values: [2, 2, 2, 2] },
      { name: 'refusals', values: [0, 20, 40, 60] },
    ],
  });
  const values = new Map(history.ofArrow('web').lines.map((line) => [line.name, line.values]));
  assert.deepEqual(values.get('open'), [3, 3, 3, 3]);
  assert.deepEqual(values.get('connections'), [null, null, null, null]);
  assert.deepEqual(values.get('sent'), [null, 100, null, 300], 'a counter that began anew has no rate');
  assert.deepEqual(history.ofProgram('other').lines[1]?.values, [null, null, null, null]);
});

test('the last hour is all that is kept', () => {
  const history = new StatusHistory(() => stateAfter(0));
  for (let count = 0; count < 1000; count++) history.take(count * 10_000);
  const { times } = history.ofProgram('front');
  assert.deepEqual([times.length, times[0], times.at(-1)], [360, 6400, 9990]);
});
