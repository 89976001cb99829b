// How fast is argdata against JSON, msgpackr and cbor-x on a tree of about 1 MB?
// Records are a dialect of MessagePack that keeps keys apart from values; Maps are what argdata decodes to.
// Milliseconds depend on the machine; ratios of one run say something.
// Run: npm run bench -- argdata [--turns N]
import { readFileSync } from 'node:fs';
import { Encoder as Cbor } from 'cbor-x';
import { Packr } from 'msgpackr';
import { ArgdataView, decode, encode, toArgdata } from '../src/argdata/index.ts';
import { notePeer, versionIn } from './peers.ts';
import { benchOptions, OURS, type Result, report } from './report.ts';

type Record = { [key: string]: string | number | boolean | string[] };

/** Records such as configuration, logs and listings hold: short keys, short strings, small numbers. */
function makeTree(): Record[] {
  const records: Record[] = [];
  for (let i = 0; i < 5200; i++) {
    records.push({
      id: i,
      name: `user-${(i * 7919) % 5200}`,
      email: `user-${i}@example.org`,
      active: i % 3 !== 0,
      score: i * 0.37 + 0.125,
      size: (i * 104729) % 1000003,
      created: 1700000000000 + i * 60000,
      tags: ['alpha', 'beta', `group-${i % 40}`],
      note:
        i % 5 === 0 ? 'A longer text, as people write them, with some wörds outside of ASCII' : 'short note',
    });
  }
  return records;
}

for (const name of ['msgpackr', 'cbor-x'])
  notePeer(
    name,
    versionIn(/"version": .*/.exec(readFileSync(`node_modules/${name}/package.json`, 'utf8'))?.[0] ?? ''),
  );

const objects = makeTree();
const values = toArgdata(objects);
const json = JSON.stringify(objects);
const argdata = encode(values);

const packr = new Packr({ useRecords: false });
const mapPackr = new Packr({ useRecords: false, mapsAsObjects: false });
const recordPackr = new Packr({ useRecords: true });
const cbor = new Cbor({ useRecords: false });
const mapCbor = new Cbor({ useRecords: false, mapsAsObjects: false });
const packed = Buffer.from(packr.pack(objects));
const recordPacked = Buffer.from(recordPackr.pack(objects));
const cborBytes = Buffer.from(cbor.encode(objects));

let sink: unknown;

/** Every contender takes turns, so that a busy machine slows all of them; the best round counts. */
function race(contenders: { [name: string]: () => unknown }, rounds: number): Map<string, number> {
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const start = process.hrtime.bigint();
      sink = run();
      const time = Number(process.hrtime.bigint() - start) / 1e6;
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, time));
    }
  }
  return best;
}

const results: Result[] = [];

function add(work: string, best: ReadonlyMap<string, number>): void {
  results.push({ work, unit: 'ms', values: Object.fromEntries(best) });
}

const options = benchOptions(60);
const rounds = options.turns;
const jsonBytes = Buffer.from(json);
add(
  'decode all',
  race(
    {
      [OURS]: () => decode(argdata),
      JSON: () => JSON.parse(jsonBytes.toString()),
      msgpackr: () => packr.unpack(packed),
      'msgpackr, records': () => recordPackr.unpack(recordPacked),
      'cbor-x': () => cbor.decode(cborBytes),
      'msgpackr, Maps': () => mapPackr.unpack(packed),
      'cbor-x, Maps': () => mapCbor.decode(cborBytes),
    },
    rounds,
  ),
);
add(
  'encode all',
  race(
    {
      [OURS]: () => encode(values),
      JSON: () => Buffer.from(JSON.stringify(objects)),
      msgpackr: () => packr.pack(objects),
      'msgpackr, records': () => recordPackr.pack(objects),
      'cbor-x': () => cbor.encode(objects),
      'msgpackr, Maps': () => mapPackr.pack(values),
      'cbor-x, Maps': () => mapCbor.encode(values),
    },
    rounds,
  ),
);

function field(records: unknown, index: number, name: string): unknown {
  const list: Record[] = Array.isArray(records) ? records : [];
  return list[index]?.[name];
}
add(
  'read one',
  race(
    {
      [OURS]: () => new ArgdataView(argdata).at(2600)?.get('email')?.str(),
      JSON: () => field(JSON.parse(jsonBytes.toString()), 2600, 'email'),
      msgpackr: () => field(packr.unpack(packed), 2600, 'email'),
      'msgpackr, records': () => field(recordPackr.unpack(recordPacked), 2600, 'email'),
      'cbor-x': () => field(cbor.decode(cborBytes), 2600, 'email'),
    },
    rounds,
  ),
);

function total(records: unknown): number {
  const list: Record[] = Array.isArray(records) ? records : [];
  return list.reduce((sum, { size }) => sum + Number(size), 0);
}
function lazyTotal(): number {
  let sum = 0;
  for (const record of new ArgdataView(argdata).items()) sum += Number(record.get('size')?.int());
  return sum;
}
add(
  'read 1 of 9',
  race(
    {
      [OURS]: lazyTotal,
      JSON: () => total(JSON.parse(jsonBytes.toString())),
      msgpackr: () => total(packr.unpack(packed)),
      'msgpackr, records': () => total(recordPackr.unpack(recordPacked)),
      'cbor-x': () => total(cbor.decode(cborBytes)),
    },
    rounds,
  ),
);
if (sink === undefined) throw new Error('The benchmark read nothing');
report(results, options);
