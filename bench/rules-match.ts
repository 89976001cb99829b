// The time of matching a path against many rules: by the matcher of the supervisor, by that of the launcher, and by matchers of
// patterns that take one pattern after the other. Microseconds of processor time a look-up.
// Run: npm run bench -- rules-match [--turns N]
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import { Minimatch } from 'minimatch';
import picomatch from 'picomatch';
import { LinuxErrno } from '../src/linux/errno.ts';
import { categoryNumber } from '../src/policy/category.ts';
import { Matcher } from '../src/policy/decide.ts';
import { pattern } from '../src/policy/pattern.ts';
import type { Rule } from '../src/policy/rule.ts';
import { compileTable } from '../src/policy/table.ts';
import { nativeMatcher } from '../tests/frame/policy/native-matcher.ts';
import { notePeer, versionIn } from './peers.ts';
import { benchOptions, OURS, type Result, report } from './report.ts';

const options = benchOptions(5);
const PATHS = 4000;
/** The look-ups of a peer, which takes milliseconds for some. */
const FEW = 40;

const patterns = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => {
    const forms = [
      `/home/user/p${i % 100}/**/n${i}*.x`,
      `/home/user/p${i % 100}/**/.env${i}`,
      `/home/user/*/build${i}/**`,
      `/etc/**/k${i}?.{pem,key}`,
    ];
    return forms[i % forms.length] ?? '';
  });

/** Paths of which half match a rule. */
const paths = (count: number): readonly string[] =>
  Array.from({ length: PATHS }, (_, i) => {
    const forms = [
      `/home/user/p${i % 100}/src/lib/deep/n${i % count}zz.x`,
      `/home/user/p${i % 100}/src/lib/index.ts`,
      `/etc/ssl/certs/k${i % count}a.pem`,
      `/usr/lib/x86_64-linux-gnu/libc${i}.so`,
    ];
    return forms[i % forms.length] ?? '';
  });

/** Takes the least processor time of some turns, in microseconds a look-up. */
function time(lookUps: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < options.turns; turn++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / lookUps);
  }
  return best;
}

for (const name of ['picomatch', 'minimatch'])
  notePeer(
    name,
    versionIn(readFileSync(`node_modules/${name}/package.json`, 'utf8').match(/"version": .*/)?.[0] ?? ''),
  );
const fnmatch = koffi.load('libc.so.6').func('int fnmatch(const char *, const char *, int)');
const native = nativeMatcher();

const results: Result[] = [];
for (const count of options.brief ? [10] : [10, 100, 1000, 10_000]) {
  const texts = patterns(count);
  const rules = texts.map(
    (text): Rule => ({
      action: { kind: 'deny', errno: LinuxErrno.EACCES },
      categories: ['read'],
      patterns: [pattern(text)],
      source: { text, place: 'bench' },
    }),
  );
  const table = compileTable(rules, () => undefined);
  const matcher = new Matcher(table);
  const names = paths(count);
  const bytes = names.map((one) => Buffer.from(one));
  const few = names.slice(0, FEW);
  const values: Record<string, number> = {};
  if (native !== undefined) {
    const block = Buffer.concat(bytes);
    let end = 0;
    const ends = Uint32Array.from(bytes, ({ length }) => {
      end += length;
      return end;
    });
    const to = new Uint32Array(4 * PATHS);
    const again = 20;
    values[OURS] = time(again * PATHS, () => {
      for (let turn = 0; turn < again; turn++)
        native.decideAll(table, categoryNumber('read'), block, ends, new Uint8Array(1), to);
    });
  }
  values['launcher'] = time(PATHS, () => {
    for (const path of bytes) matcher.decide('read', path);
  });
  const ways = {
    picomatch: texts.map((text) => picomatch(text, { dot: true })),
    minimatch: texts.map((text) => {
      const one = new Minimatch(text, { dot: true });
      return (path: string): boolean => one.match(path);
    }),
    // It knows neither `**` nor braces, and does less.
    fnmatch: texts.map(
      (text) =>
        (path: string): boolean =>
          fnmatch(text, path, 0) === 0,
    ),
  };
  for (const [name, all] of Object.entries(ways))
    values[name] = time(FEW, () => {
      for (const path of few) all.some((one) => one(path));
    });
  results.push({ work: `${count.toLocaleString('en')} rules`, unit: 'us', values });
}
report(results, options);
