import type { CommandParts } from '../../resources/command.ts';
import { oneOf } from '../../resources/fields.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { spell } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { didYouMean } from '../../text/suggest.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import {
  isPromiseName,
  otherPromises,
  type PromiseName,
  promiseNames,
  promises,
} from '../../worlds/promises.ts';
import type { ProgramChain } from './chain.ts';

/** Groups that change which arguments of calls are let through, and so keep an effect besides promises. */
const fitting: readonly CallGroup[] = ['set_id_files', 'attributes'];

/** The facts that promises depend on. */
export type PromiseContext = {
  readonly calls: readonly CallGroup[];
  readonly chain: ProgramChain;
  readonly mistakes: Mistakes;
};

/** Reads the promises of a program and finds those with which it could not start; `undefined` where it made none. */
export function planPromises(
  { linux, spelling }: Pick<CommandParts, 'linux' | 'spelling'>,
  { calls, chain, mistakes }: PromiseContext,
): readonly PromiseName[] | undefined {
  const { promise: names, given } = linux;
  if (names === undefined) return undefined;
  const wrong = (message: string): void => mistakes.add(message, given.get('promise'), 'promise');
  const made: PromiseName[] = [];
  for (const name of names) {
    const other = otherPromises.get(name);
    if (isPromiseName(name)) made.push(name);
    else if (other !== undefined) wrong(`There is no promise ${quote(name)}: ${other}`);
    else
      wrong(
        `Unknown promise ${quote(name)}, expected ${oneOf(promiseNames)}${didYouMean(name, promiseNames)}`,
      );
  }
  if (made.length < names.length) return made;
  const needs = (name: PromiseName, why: string): void => {
    if (!made.includes(name))
      wrong(`'${spell('promise', spelling)}' needs ${quote(name)}: ${why}; add it to the list`);
  };
  needs('stdio', 'without it no program runs or ends');
  if (chain.interpreter !== undefined) needs('rpath', 'the loader opens the libraries of the program');
  else if (chain.links.length > 1) needs('rpath', 'the interpreter opens the script');
  if (chain.searches) needs('exec', 'env starts the interpreter of the script');
  for (const group of calls)
    if (!fitting.includes(group))
      mistakes.add(
        `Group '${group}' of '${spell('system_calls', spelling)}' has no effect besides '${spell('promise', spelling)}', which leaves out its calls; leave one of them out`,
        given.get('system_calls'),
        'system_calls',
      );
  return promiseNames.filter((name) => made.includes(name));
}

/** Describes the promises of a program, and what they leave out, as lines for people. */
export function describePromises(made: readonly PromiseName[] | undefined): readonly string[] {
  if (made === undefined) return [];
  const line = (name: PromiseName): string => `  ${name}: ${promises[name].meaning}`;
  const left = promiseNames.filter((name) => !made.includes(name));
  return [
    'It promises these uses of system calls, which a filter holds:',
    ...made.map(line),
    ...(left.length === 0 ? [] : ['It is refused these (EPERM):', ...left.map(line)]),
  ];
}
