import { atMost } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioOf, ratioTo, row, type Table, value } from '../table.ts';

const NATIVE = 'native';
const BWRAP = 'bwrap';

const landlock = 'it opens many files, and Landlock looks at each directory on the way';

const rows = [
  row('20,000 open and close', atMost(1.5, NATIVE, landlock)),
  row('find and cat', atMost(1.05, NATIVE, landlock)),
  row('git status', atMost(1.05, NATIVE, landlock)),
  row('gcc, 8 files', atMost(1.05, NATIVE, landlock)),
  row('npm ci', atMost(1.05, NATIVE, landlock)),
];

export const tables: readonly Table[] = [
  {
    name: 'linux-steady',
    page: 'docs/performance.md',
    head: 'work',
    columns: [value(NATIVE), value(OURS), value(BWRAP), ratioTo(NATIVE), ratioOf(BWRAP, NATIVE)],
    rows,
  },
  {
    name: 'linux-steady-compared',
    page: 'docs/comparison.md',
    head: 'to native',
    columns: [ratioTo(NATIVE, 'cloudabi'), ratioOf(BWRAP, NATIVE, 'bubblewrap')],
    rows: rows.map(({ work }) => row(work)),
  },
];
