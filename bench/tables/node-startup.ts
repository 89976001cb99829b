import { type Aim, atMostMore } from '../aims.ts';
import { OURS } from '../report.ts';
import { type Row, ratioOf, ratioTo, type Table, titled, value } from '../table.ts';

const NODE = 'node';

const cached = atMostMore(20, NODE, 'a world of its own needs a second Node, because the first has threads');
const inPlace = atMostMore(
  20,
  NODE,
  'our bundle, the plan and the walls come before the program, in one Node',
);
const linked = atMostMore(120, NODE, 'esbuild links the program, in a world of its own');

/** Rows of one way to start: by the clock, and of processors. */
function rows(work: string, way: string, title: string, ...aims: readonly Aim[]): Row[] {
  return [
    titled(`${title}, least`, `${work}, ${way}, least`, ...aims),
    titled(`${title}, processor time`, `${work}, ${way}, processor time`, ...aims),
  ];
}

const SMALL = 'an empty program';
const LARGE = 'a program of 1 MB';

export const tables: readonly Table[] = [
  {
    name: 'node-startup',
    page: 'docs/performance.md',
    head: 'start to end',
    columns: [value(OURS), value(NODE), value('deno'), value('bun'), ratioTo(NODE)],
    rows: [SMALL, LARGE].flatMap((work) => [
      ...rows(work, 'cached', work, cached),
      ...rows(work, 'linked', `${work}, linked anew`, linked),
      ...rows(work, 'launch()', `${work}, by \`launch()\``, cached),
      ...rows(work, 'landlock', `${work}, \`--walls landlock\``, inPlace),
    ]),
  },
  {
    name: 'node-startup-compared',
    page: 'docs/comparison.md',
    head: 'to Node',
    columns: [ratioTo(NODE, 'cloudabi'), ratioOf('deno', NODE, 'Deno'), ratioOf('bun', NODE, 'Bun')],
    rows: [SMALL, LARGE].flatMap((work) => [
      titled(work, `${work}, cached, least`),
      titled(`${work}, linked anew`, `${work}, linked, least`),
    ]),
  },
];
