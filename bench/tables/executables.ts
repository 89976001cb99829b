import { atMost, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, titled, value } from '../table.ts';

const NATIVE = 'native';
const BUSY =
  'two threads that wake each other are timed by the scheduler of the machine, which had other work';

export const tables: readonly Table[] = [
  {
    name: 'executables',
    page: 'docs/cloudabi-executables.md',
    head: 'work',
    columns: [value(NATIVE), value(OURS), ratioTo(NATIVE)],
    rows: [
      titled(
        'write of 64 bytes, direct, ns',
        'write-64',
        atMost(1.3, NATIVE, 'a filter stands before each call'),
      ),
      titled(
        'call that is handed over, ns',
        'handed-over',
        noMoreThan(9000, 'two processes share one processor'),
      ),
      titled('loop without calls, ns', 'compute', atMost(1.02, NATIVE, 'the code is the same')),
      titled('start to end, ms', 'start-to-end', atMost(1.5, NATIVE, 'Node starts in both')),
      titled('200 at once, ms each', 'at-once'),
      row('first-create-and-join'),
      row(
        'create-and-join',
        atMost(1.1, NATIVE, 'the supervisor counts threads, so that each begins with a call to it'),
      ),
      row('free-lock', atMost(1.1, NATIVE, 'a lock has the number of its owner')),
      row('contended-lock', atMost(1.1, NATIVE, BUSY)),
      row('lock-hand-over', atMost(1.1, NATIVE, BUSY)),
      row('condvar-ping-pong', atMost(1.1, NATIVE, BUSY)),
    ],
  },
];
