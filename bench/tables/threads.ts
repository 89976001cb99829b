import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const NATIVE = 'native';

const WORKS = [
  'first-create-and-join',
  'create-and-join',
  'free-lock',
  'contended-lock',
  'lock-hand-over',
  'condvar-ping-pong',
];

export const tables: readonly Table[] = [
  {
    name: 'threads',
    page: 'docs/performance.md',
    head: 'work',
    columns: [value(NATIVE), value(OURS), ratioTo(NATIVE)],
    rows: WORKS.map((work) => row(work)),
  },
];
