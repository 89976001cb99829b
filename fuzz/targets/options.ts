import { parseOptions, UsageError } from '../../src/cli/options.ts';
import { refusedAs, type Target, textOf } from '../target.ts';

const options = [
  { name: '--switch', help: '' },
  { name: '--one', value: 'VALUE', help: '' },
  { name: '--many', value: 'VALUE', repeat: true, help: '' },
] as const;

/** Command lines; lines are their arguments. */
export const commandLine: Target = {
  name: 'options',
  promise: 'arguments are refused with a UsageError, or all of them are accounted for',
  words: [
    '--switch',
    '--one',
    '--many',
    '--one=',
    '--many=',
    '--',
    '-',
    '-h',
    '=',
    '\n',
    '__proto__',
    'constructor',
  ],
  maximumLength: 512,
  run(bytes) {
    const argv = textOf(bytes).split('\n');
    const given = refusedAs([UsageError], () => parseOptions(argv, options));
    if (given === undefined) return;
    const values = [...given.all('--one'), ...given.all('--many')];
    for (const text of [...values, ...given.rest])
      if (!argv.some((argument) => argument.endsWith(text)))
        throw new Error(`${JSON.stringify(text)} was read but not given`);
    if (argv.slice(argv.length - given.rest.length).join('\n') !== given.rest.join('\n'))
      throw new Error('What follows the options is not the end of the command line');
  },
};
