import { atMostMore, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { row, type Table, titled, value } from '../table.ts';

const EMPTY = 'empty script';

const over = atMostMore(
  22,
  EMPTY,
  'loading our bundle and the addon, the plan, and the namespaces of the program',
);

export const tables: readonly Table[] = [
  {
    name: 'command-line',
    page: 'docs/performance.md',
    head: '`cloudabi`',
    columns: [EMPTY, 'script with spawn', OURS, 'bwrap', 'firejail', 'srt'].map((name) => value(name)),
    rows: [
      titled('`exec -- true`, least', 'exec -- true, least', over),
      titled('`exec -- true`, median', 'exec -- true, median'),
      titled('`exec -- true`, processor time', 'exec -- true, processor time', over),
      titled('`exec --base system -- true`, least', 'exec --base system -- true, least', over),
      titled('`exec --base system -- true`, median', 'exec --base system -- true, median'),
      titled(
        '`exec --base system -- true`, processor time',
        'exec --base system -- true, processor time',
        over,
      ),
      row('memory of what watches', noMoreThan(1, 'the command watches, and is a Node')),
    ],
  },
  {
    name: 'command-line-compared',
    page: 'docs/comparison.md',
    head: '`true`, to its end',
    columns: [
      value(OURS),
      value('bwrap', 'bubblewrap'),
      value('firejail'),
      value('srt'),
      value(EMPTY, 'an empty script of Node'),
    ],
    rows: [
      titled('base `minimal`', 'exec -- true, least'),
      titled('base `system`', 'exec --base system -- true, least'),
      row('memory of what watches'),
    ],
  },
];
