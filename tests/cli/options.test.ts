import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Option, parseOptions, UsageError } from '../../src/cli/options.ts';

const options: readonly Option[] = [
  { name: '--file', value: 'FILE', help: '' },
  { name: '--env', value: 'NAME', repeat: true, help: '' },
  { name: '--show', optional: ['all', 'some'], help: '' },
  { name: '--help', help: '' },
];

test('options end at the first argument that is none', () => {
  const given = parseOptions(['--file', 'a', '--env=x=y', '--env', 'z', 'program', '--file', 'b'], options);
  assert.equal(given.get('--file'), 'a');
  assert.deepEqual(given.all('--env'), ['x=y', 'z']);
  assert.deepEqual(given.rest, ['program', '--file', 'b']);
});

test('two dashes end the options and are left out', () => {
  assert.deepEqual(parseOptions(['--', '--file'], options).rest, ['--file']);
  assert.deepEqual(parseOptions(['program', '--help', '--', '-x'], options, true).rest, ['program', '-x']);
});

test('options may follow where the program has no arguments of its own', () => {
  const given = parseOptions(['program', '--file', 'a', '-h'], options, true);
  assert.ok(given.has('--help'));
  assert.equal(given.get('--file'), 'a');
  assert.deepEqual(given.rest, ['program']);
});

test('a wrong value is a usage error that names the option', () => {
  for (const argv of [['--fiel', 'a'], ['--file'], ['--help=yes'], ['--file', 'a', '--file', 'b'], ['-x']]) {
    assert.throws(
      () => parseOptions(argv, options),
      (error: Error) => {
        return (
          error instanceof UsageError &&
          error.code === 'usage' &&
          error.message.includes(argv[0]?.split('=')[0] ?? '')
        );
      },
    );
  }
});

test('an option with words is a switch before anything else', () => {
  const read = (...argv: string[]): unknown[] => {
    const given = parseOptions(argv, options);
    return [given.has('--show'), given.get('--show'), given.rest];
  };
  assert.deepEqual(read('--show', 'all', 'p'), [true, 'all', ['p']]);
  assert.deepEqual(read('--show', 'program', 'all'), [true, undefined, ['program', 'all']]);
  assert.deepEqual(read('--show=none', 'p'), [true, 'none', ['p']]);
  assert.deepEqual(read('--show', '--', 'all'), [true, undefined, ['all']]);
  assert.throws(() => read('--show', 'all', '--show', 'some'), UsageError);
});
