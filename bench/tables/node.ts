import { atLeast, atMost, atMostMore } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const NODE = 'node';

const columns = [value(OURS), value(NODE), value('deno'), value('bun'), ratioTo(NODE)];

const same = 'the system calls are the same in both; the noise of the machine decides';
const second = 'a world of its own needs a second Node, as the first has threads';

const starts = [
  row('start of a program of 1 MB, linking', atMostMore(120, NODE, 'esbuild links the megabyte')),
  row('start of a program of 1 MB, cached', atMostMore(20, NODE, second)),
];

export const tables: readonly Table[] = [
  {
    name: 'node',
    page: 'docs/performance.md',
    head: 'HTTP server',
    columns,
    rows: [
      row('requests', atLeast(0.97, NODE, same)),
      row('99th percentile', atMost(1.03, NODE, same)),
      row('processor time of a request'),
      row('peak memory of the server', atMostMore(10, NODE, 'the library of the program and its kernel')),
      row('peak memory of all processes'),
    ],
  },
  {
    name: 'node-start',
    page: 'docs/performance.md',
    head: 'start to end',
    columns: [...columns],
    rows: starts,
  },
];
