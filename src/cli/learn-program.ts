import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { takeFiles } from '../plan/held.ts';
import { programKind } from '../plan/program.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import { Observer } from '../run/observing/observer.ts';
import { ObservedRun } from '../run/observing/record.ts';
import type { Mechanism } from '../walls/confinement.ts';
import { callGroups } from '../worlds/call-groups.ts';
import { belowOptions, NOTHING_BELOW } from './below-options.ts';
import { namesOfHosts } from './learn-names.ts';
import { observedGroups, wideOptions } from './learn-wide.ts';
import { learnedText } from './learned-text.ts';
import { type ParsedOptions, UsageError } from './options.ts';
import { printError } from './output.ts';
import { planExec } from './plan-exec.ts';
import { watchPlan } from './watch.ts';

/** Runs a program without confinement and writes down what it needs. */
export async function learnProgram(
  name: string,
  given: ParsedOptions,
  accept: readonly Mechanism[],
): Promise<number> {
  const [program = ''] = given.rest;
  const kind = programKind(program);
  const plan = kind === 'linux' ? planExec(name, wideOptions(given), NOTHING_BELOW) : undefined;
  if (plan?.kind !== 'linux')
    throw new UsageError(
      `Linux programs are observed, and ${quote(program)} is none; of others, 'cloudabi exec --trace' prints what is missing`,
    );
  const file = given.get('-o');
  if (file !== undefined) checkWritable(file);
  printError(
    `${name}: This run is NOT confined: ${program} may do all that you may do, and is only observed`,
  );
  const hosts = new Map<string, string | undefined>();
  const observer = new Observer({
    tells: 'uses',
    late: namesOfHosts(),
    calls: observedGroups.flatMap((group) => callGroups[group].calls),
    onObserved: (observed) => run.add(observed),
  });
  const run: ObservedRun = new ObservedRun(() => observer.broker);
  let status: number;
  try {
    status = await watchPlan(name, plan, {
      accept,
      trace: undefined,
      trap: false,
      walls: undefined,
      observer,
      onConnect: ({ rule, name: host }) => {
        hosts.set(rule, host);
        return true;
      },
    });
  } finally {
    takeFiles(plan).close();
    await observer.end();
  }
  const text = learnedText({ given, below: await belowOptions(given) }, { run, hosts });
  write(name, file, text);
  return status;
}

/**
 * Makes sure that the document can be written before the program runs, whose run may be long. The file is not made, since the
 * program would find it.
 *
 * @throws UsageError
 */
function checkWritable(path: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new UsageError(`Cannot write ${quote(path)}: is a directory`);
    accessSync(found === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`Cannot write ${quote(path)}: ${reasonOf(error)}`);
  }
}

function write(name: string, file: string | undefined, text: string): void {
  if (file === undefined) {
    printError(`\n${text}`);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    // The learnt grants are not lost.
    printError(`\n${text}`);
    throw new UsageError(`Cannot write ${quote(file)}: ${reasonOf(error)}; the document is above`);
  }
  printError(`${name}: Wrote the grants to ${resolve(file)}; read them before you use them`);
}
