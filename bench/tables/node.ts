import { atLeast, atMost, atMostMore, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const NODE = 'node';

const same = 'the system calls are the same in both; the noise of the machine decides';

export const tables: readonly Table[] = [
  {
    name: 'node',
    page: 'docs/performance.md',
    head: 'HTTP server',
    columns: [value(OURS), value(NODE), value('deno'), value('bun'), ratioTo(NODE)],
    rows: [
      row('requests', atLeast(0.97, NODE, same)),
      row('99th percentile', atMost(1.03, NODE, same)),
      row('processor time of a request'),
      row('peak memory of the server', atMostMore(10, NODE, 'the library of the program and its kernel')),
      row('peak memory of all processes'),
      row('memory of what watches', noMoreThan(5, 'the command that watches is a Node for the first second')),
    ],
  },
];
