import { resolve } from 'node:path';
import type { Plan } from '../plan/plan-types.ts';
import { mayChange } from '../plan/writable-path.ts';
import type { AskOptions } from './ask.ts';
import { type Option, type ParsedOptions, UsageError } from './options.ts';
import { readRules } from './rules-file.ts';

/** Options of all commands about questions to the user. */
export const askOptions: readonly Option[] = [
  {
    name: '--ask',
    help: "Ask at the terminal about each connection that no rule of hosts allows, and about accesses for which a\nrule says 'ask': once, for this run, always, or not at all.",
  },
  {
    name: '--ask-socket',
    value: 'PATH',
    help: 'Let other processes of yours answer, over a UNIX socket made at PATH (JSON lines).',
  },
];

const SOCKET = '--ask-socket';

/** The option for a command line, which is no file that could be changed. */
export const askFileOption: Option = {
  name: '--ask-file',
  value: 'FILE',
  help: 'Grant the rules in FILE, one a line, as with --net; with --ask, add those that are granted always.',
};

/** Tells whether the user is to be asked. */
export function asks(given: ParsedOptions): boolean {
  return given.has('--ask') || given.has(SOCKET);
}

/** The rules of the file of `--ask-file`. */
export function keptRules(given: ParsedOptions): readonly string[] {
  const file = given.get(askFileOption.name);
  return file === undefined ? [] : readRules(file);
}

/**
 * Reads how the user is to be asked; `undefined` for not at all.
 *
 * @param document The path of the document, if it was named.
 * @throws UsageError
 */
export function askOf(given: ParsedOptions, document?: string): AskOptions | undefined {
  if (!asks(given)) return undefined;
  const rules = given.get(askFileOption.name);
  const keep =
    rules !== undefined
      ? ({ kind: 'rules', path: resolve(rules) } as const)
      : document !== undefined
        ? ({ kind: 'document', path: resolve(document) } as const)
        : undefined;
  const socket = given.get(SOCKET);
  return { terminal: given.has('--ask'), socket: socket && resolve(socket), keep };
}

/**
 * Makes sure that a program cannot grant itself anything in the file of `--ask-file`.
 *
 * @throws UsageError
 */
export function checkRulesFile(given: ParsedOptions, plan: Plan): void {
  const file = given.get(askFileOption.name);
  if (file === undefined || !mayChange(plan, file)) return;
  throw new UsageError(
    `The program may change '${file}', and could grant itself there what it wants: keep the file of ${askFileOption.name} elsewhere`,
  );
}
