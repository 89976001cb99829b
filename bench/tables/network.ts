import { atLeast, atMost, atMostMore } from '../aims.ts';
import { OURS } from '../report.ts';
import { type Row, ratioTo, type Table, titled, value } from '../table.ts';

const HOST = 'host network';
const PASTA = 'bwrap and pasta';
const SLIRP = 'bwrap and slirp4netns';
const SRT = 'srt';
const RELAY = 'a relay in C';

const twice = 'each byte is copied in and out of the process that carries connections';
const asked = 'each connection is decided upon by JavaScript of the launcher, and is two connections';

const rows: readonly Row[] = [
  titled('a connection and a byte', 'a connection and a byte', atMostMore(300, HOST, asked)),
  titled('connections in a second, 8 at once', 'connections, 8 at once', atLeast(0.5, HOST, asked)),
  titled(
    'exchanges in a second over 50 connections',
    'exchanges over 50 connections',
    atLeast(0.5, HOST, twice),
  ),
  titled('1 GB over one stream', '1 GB over one stream', atMost(2, HOST, twice)),
  titled('1 GB over ten streams', '1 GB over ten streams', atMost(2, HOST, twice)),
];

export const tables: readonly Table[] = [
  {
    name: 'network',
    page: 'docs/performance.md',
    head: 'work',
    columns: [
      value(HOST),
      value(RELAY),
      value(OURS),
      value(PASTA),
      value(SLIRP),
      value(SRT),
      ratioTo(HOST),
      ratioTo(PASTA),
      ratioTo(SLIRP),
      ratioTo(SRT),
    ],
    rows,
  },
  {
    name: 'network-start',
    page: 'docs/performance.md',
    head: 'start',
    columns: [value(OURS), value('without')],
    rows: [
      titled(
        '`launch()` of /bin/sh',
        'start to end of /bin/sh',
        atMostMore(
          3,
          'without',
          'the process that carries connections is started, and sockets and routes are made',
        ),
      ),
    ],
  },
  {
    name: 'network-memory',
    page: 'docs/performance.md',
    head: 'memory',
    columns: [value(OURS), value(PASTA), value(SLIRP), value(SRT)],
    rows: [titled('of what carries 2,000 connections', '2,000 connections, memory')],
  },
];
