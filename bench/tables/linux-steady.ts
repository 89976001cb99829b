import { atMost } from '../aims.ts';
import { OURS } from '../report.ts';
import { type Row, ratioOf, ratioTo, row, type Table, titled, value } from '../table.ts';

const NATIVE = 'native';
const BWRAP = 'bwrap';

const landlock = 'it opens many files, and Landlock looks at each directory on the way';

/** The works, each with the most that it may take, as a multiple of the time without walls. */
const WORKS = {
  '20,000 open and close': 1.5,
  'find and cat': 1.05,
  'git status': 1.05,
  'gcc, 8 files': 1.05,
  'npm ci': 1.05,
};

function rows([work, times]: readonly [string, number]): Row[] {
  const aim = atMost(times, NATIVE, landlock);
  return [row(work, aim), row(`${work}, processor time`, aim)];
}

export const tables: readonly Table[] = [
  {
    name: 'linux-steady',
    page: 'docs/performance.md',
    head: 'work',
    columns: [value(NATIVE), value(OURS), value(BWRAP), ratioTo(NATIVE), ratioOf(BWRAP, NATIVE)],
    rows: Object.entries(WORKS).flatMap(rows),
  },
  {
    name: 'linux-steady-compared',
    page: 'docs/comparison.md',
    head: 'processor time, to native',
    columns: [ratioTo(NATIVE, 'cloudabi'), ratioOf(BWRAP, NATIVE, 'bubblewrap')],
    rows: Object.keys(WORKS).map((work) => titled(work, `${work}, processor time`)),
  },
];
