// `npm run attacks`: makes the attempts of the corpus and prints what came of them.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runners } from '../runners/index.ts';
import { type Attempt, kinds, readCorpus } from './corpus.ts';
import { HeaderError } from './header.ts';
import { PAGE, renderPage } from './page.ts';
import type { Runner } from './runner.ts';
import { paintFor, renderTable } from './table.ts';
import { type Trial, tryAttempt } from './trial.ts';

const USAGE = `Usage: npm run attacks -- [options] [WORD...]

Makes the attempts of attacks/corpus whose names have one of the words, and prints how many were refused.

Options:
  --json   Print every result as JSON.
  --page   Write ${PAGE} anew; make no attempts.
  --help   Print this.

Exit status: 0 when every wall held, 1 when one gave way, 2 for a mistake in the arguments or in a file.`;

/** Number of attempts under way at once; each is made in several worlds. */
const AT_ONCE = 4;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, page: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const corpus = readCorpus();
  if (values.page === true) {
    writeFileSync(PAGE, renderPage(corpus));
    return 0;
  }
  const chosen = corpus.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  );
  if (chosen.length === 0) {
    console.error(`No attempt's name has ${positionals.map((word) => `'${word}'`).join(' or ')}`);
    return 2;
  }
  const { trials, leftovers } = await tryAll(chosen);
  if (values.json === true) console.log(JSON.stringify(trials.map(toJson), null, 2));
  else report(trials);
  for (const leftover of leftovers) console.error(`Left behind: ${leftover}`);
  return leftovers.length > 0 || trials.some(({ verdict }) => verdict === 'gave way') ? 1 : 0;
}

async function tryAll(
  chosen: readonly Attempt[],
): Promise<{ readonly trials: readonly Trial[]; readonly leftovers: readonly string[] }> {
  const trials: Trial[] = [];
  const leftovers: string[] = [];
  let done = 0;
  for (const kind of kinds) {
    const queue = chosen.filter((attempt) => attempt.kind === kind);
    if (queue.length === 0) continue;
    const runner: Runner = runners[kind]();
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        trials.push(...(await tryAttempt(next, runner)));
        progress(++done, chosen.length, next.name);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    leftovers.push(...(await runner.close()));
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return { trials, leftovers };
}

function progress(done: number, all: number, name: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done}/${all} ${name}`);
}

function report(trials: readonly Trial[]): void {
  const paint = paintFor(process.stdout);
  console.log(renderTable(trials, paint));
  for (const { attempt, world, verdict, detail } of trials) {
    if (verdict === 'gave way') console.log(`\n${paint('red', `${attempt.path} in ${world}`)}\n  ${detail}`);
    if (verdict === 'unproven') console.log(`\n${attempt.path}\n  Unproven on this host: ${detail}`);
  }
  const reasons = new Map<string, number>();
  for (const { verdict, detail } of trials)
    if (verdict === 'skipped') reasons.set(detail, (reasons.get(detail) ?? 0) + 1);
  for (const [reason, count] of reasons) console.log(`\n${count} not made here: ${reason}`);
}

function toJson({ attempt, world, verdict, detail }: Trial): object {
  const { name, route, knownFrom } = attempt;
  return { name, world, verdict, detail, route, knownFrom };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof HeaderError) && !(error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
