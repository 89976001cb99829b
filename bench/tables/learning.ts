import { ratioOf, row, type Table, value } from '../table.ts';

const PLAIN = 'plain';

export const tables: readonly Table[] = [
  {
    name: 'learning',
    page: 'docs/performance.md',
    head: 'work',
    columns: [
      ...[PLAIN, 'exec', 'exec --trace', 'learn'].map((name) => value(name)),
      ratioOf('exec --trace', PLAIN),
      ratioOf('learn', PLAIN),
    ],
    rows: ['find and cat of 4,000 files, 3 times', 'git status of 4,000 files, 5 times'].flatMap((work) => [
      row(work),
      row(`${work}, processor time`),
    ]),
  },
];
