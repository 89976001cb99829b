import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldOf } from '../control/json-lines.ts';
import { folderOfGraph } from '../graph/open-graph.ts';
import type { LogLine } from '../graph/program-log.ts';
import { withGraph } from './graph-client.ts';
import { describeLine } from './graph-up.ts';
import { UsageError } from './options.ts';
import { print } from './output.ts';

/** Prints the logs of a graph, ordered by time, also of one that runs no more. */
export async function printLogs(
  document: string,
  program: string | undefined,
  follow: boolean,
): Promise<void> {
  const folder = join(folderOfGraph(document), 'logs');
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => /^[a-z].*\.log(?:\.1)?$/.test(name))
    : [];
  const known = new Set(names.map((name) => name.replace(/\.log(?:\.1)?$/, '')));
  if (program !== undefined && !known.has(program))
    throw new UsageError(`There is no log of a program '${program}'`);
  const lines = names
    .map((name) => ({ name, of: name.replace(/\.log(?:\.1)?$/, '') }))
    .filter(({ of }) => program === undefined || of === program)
    .flatMap(({ name, of }) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line) => parse(of, line)),
    );
  // The sort is stable: lines of one moment stay in their order.
  lines.sort((a, b) => a.time.getTime() - b.time.getTime());
  print(lines.map(describeLine).join(''));
  if (!follow) return;
  await withGraph(
    document,
    async (client) => {
      await client.ask('follow');
      await client.ended;
    },
    (event) => {
      const of = fieldOf(event, 'program');
      if (fieldOf(event, 'type') !== 'line' || (program !== undefined && of !== program)) return;
      const [line] = parse(
        String(of),
        `${fieldOf(event, 'time')} ${fieldOf(event, 'replica')} ${fieldOf(event, 'stream')} ${fieldOf(event, 'text')}`,
      );
      if (line !== undefined) print(describeLine(line));
    },
  );
}

function parse(program: string, text: string): readonly LogLine[] {
  const [, time = '', replica = '', stream = '', rest = ''] = /^(\S+) (\d+) (\S+) (.*)$/s.exec(text) ?? [];
  if (stream !== 'stdout' && stream !== 'stderr' && stream !== 'graph') return [];
  return [{ time: new Date(time), program, replica: Number(replica), stream, text: rest }];
}
