import { type Aim, atMost } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const JSON_TEXT = 'JSON';
const PACKR = 'msgpackr';
const RECORDS = 'msgpackr, records';
const CBOR = 'cbor-x';
const PACKR_MAPS = 'msgpackr, Maps';
const CBOR_MAPS = 'cbor-x, Maps';

/** Aims against each format as it is by itself. */
function aims(times: number): Aim[] {
  return [
    atMost(times, JSON_TEXT, 'its parser and printer are native code of V8'),
    atMost(times, PACKR, 'a native addon extracts its strings'),
    atMost(times, CBOR, 'a native addon extracts its strings'),
  ];
}

export const tables: readonly Table[] = [
  {
    name: 'argdata',
    page: 'docs/performance.md',
    head: 'work',
    columns: [
      value(OURS, 'argdata'),
      ...[JSON_TEXT, PACKR, RECORDS, CBOR, PACKR_MAPS, CBOR_MAPS].map((name) => value(name)),
      ratioTo(JSON_TEXT),
      ratioTo(PACKR),
      ratioTo(CBOR),
    ],
    rows: [
      row('decode all', ...aims(1.5)),
      row('encode all', ...aims(1.5)),
      row('read one', ...aims(1)),
      row('read 1 of 9', ...aims(1)),
    ],
  },
];
