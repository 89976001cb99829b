import { noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { type Table, titled, value } from '../table.ts';

const slow = "signals to all threads, the filter, files of /proc, and Node's own bookkeeping";

export const tables: readonly Table[] = [
  {
    name: 'enter',
    page: 'docs/performance.md',
    head: 'step',
    columns: [value(OURS)],
    rows: [
      titled('import of the module', 'import'),
      titled('`prepare()`', 'prepare'),
      titled('`enter()`', 'enter()', noMoreThan(5, slow)),
      titled('`enter()`, processor time', 'enter(), CPU'),
      titled('`enter({ keep })`', 'enter({ keep })', noMoreThan(5, slow)),
      titled('`enter({ descriptors })`', 'enter({ descriptors })', noMoreThan(5, slow)),
      titled(
        '`enter({ onRefused })`',
        'enter({ onRefused })',
        noMoreThan(5, "the proxies of Node's functions take two or three"),
      ),
    ],
  },
];
