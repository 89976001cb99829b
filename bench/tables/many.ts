import { atMost, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { type Table, titled, value } from '../table.ts';

const WRAPPED = 'bwrap in node';

export const tables: readonly Table[] = [
  {
    name: 'many',
    page: 'docs/performance.md',
    head: '100 programs',
    columns: [value(OURS), value(WRAPPED), value('bwrap')],
    rows: [
      titled(
        'command line, until all run',
        'command line, time',
        atMost(0.6, WRAPPED, 'both start a Node for each program, and ours loads the bundle and plans'),
      ),
      titled('command line, processor time', 'command line, processor time'),
      titled('`launch()`, until all run', 'launch(), time'),
      titled('`launch()`, processor time', 'launch(), processor time'),
      titled(
        'command line, memory of what watches, for each',
        'command line, memory',
        noMoreThan(1, 'the processes that watch'),
      ),
      titled(
        '`launch()`, memory of what watches, for each',
        'launch(), memory',
        noMoreThan(1, 'the objects of the caller and the first process of each world'),
      ),
    ],
  },
  {
    name: 'many-compared',
    page: 'docs/comparison.md',
    head: '100 programs, until all run',
    columns: [value(OURS), value(WRAPPED, 'bubblewrap by a tool in Node'), value('bwrap', 'bubblewrap')],
    rows: [
      titled('by the command line', 'command line, time'),
      titled('from one program in Node', 'launch(), time'),
    ],
  },
];
