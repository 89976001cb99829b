import { noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { row, type Table, value } from '../table.ts';

export const tables: readonly Table[] = [
  {
    name: 'density',
    page: 'docs/performance.md',
    head: 'programs that wait',
    columns: [value('native'), value('node', '`node`'), value(OURS)],
    rows: [
      row(
        'private memory of each',
        noMoreThan(3, 'V8 and Node take twice that before they run anything of ours'),
      ),
    ],
  },
];
