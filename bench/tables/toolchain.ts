import { noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { row, type Table, value } from '../table.ts';

export const tables: readonly Table[] = [
  {
    name: 'toolchain',
    page: 'docs/performance.md',
    head: '`cloudabi cc hello.c`',
    columns: [value(OURS)],
    rows: [
      row('first'),
      row('again', noMoreThan(1500, 'the command starts Node and reads the cache')),
      row('after a change', noMoreThan(1500, 'the compiler itself runs as WebAssembly')),
    ],
  },
];
