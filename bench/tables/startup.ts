import { atMostMore } from '../aims.ts';
import { OURS } from '../report.ts';
import { row, type Table, value } from '../table.ts';

const NODE = 'node -e 0';

const slow = 'loading the executable and the addon, and entering capability mode';

export const tables: readonly Table[] = [
  {
    name: 'startup',
    page: 'docs/performance.md',
    head: 'measure',
    columns: [value(NODE, '`node -e 0`'), value(OURS, '`cloudabi-run` hello')],
    rows: [
      row('wall-clock time, least', atMostMore(25, NODE, slow)),
      row('wall-clock time, median'),
      row('processor time, least', atMostMore(25, NODE, slow)),
      row('peak memory', atMostMore(20, NODE, 'our executable with its code cache, and the addon')),
    ],
  },
];
