import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cloudabi(input: string | Uint8Array, ...args: string[]): Result {
  const argv = [`${root}dist/bin/cloudabi.js`, 'argdata', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    input,
    encoding: 'utf8',
    timeout: 300_000,
  });
  return { status, stdout, stderr };
}

const HEX = '07 81 05 82 02 01 83 08 41 00\n';

test('encode, decode and print fit together', () => {
  assert.deepStrictEqual(cloudabi('[0, true, A]', 'encode', '--hex'), { status: 0, stdout: HEX, stderr: '' });
  assert.equal(cloudabi('[0, true, "A"]', 'encode', '--from', 'json', '--hex').stdout, HEX);
  assert.equal(cloudabi(HEX, 'decode', '--hex').stdout, '- 0\n- true\n- A\n');
  assert.equal(cloudabi(HEX, 'decode', '--hex', '--json').stdout, '[\n  0,\n  true,\n  "A"\n]\n');
  const binary = Buffer.from(HEX.replace(/\s/g, ''), 'hex');
  assert.equal(cloudabi(binary, 'decode', '-').stdout, '- 0\n- true\n- A\n');
  assert.match(cloudabi(binary, 'print').stdout, /^00000000 {2}07 +seq 9 bytes\n00000001 {2}81 05 +int 0\n/);
});

test('malformed argdata is printed up to the mistake, with status 65', () => {
  const { status, stdout, stderr } = cloudabi('07 81 05 82 02 02', 'print', '--hex');
  assert.equal(status, 65);
  assert.match(
    stdout,
    /int 0\n00000003 {2}82 02\n00000005 {2}02 +<< The payload of a bool is neither empty nor 01\n$/,
  );
  assert.equal(stderr, 'Cannot read argdata at byte 5: The payload of a bool is neither empty nor 01\n');
});

test('wrong input is one message and status 65, wrong usage status 64', () => {
  const cases: [string | Uint8Array, string[], RegExp][] = [
    ['a: [', ['encode'], /^<stdin>:1:5: .*\na: \[\n {4}\^\n$/],
    ['a: !file x', ['encode'], /^<stdin>:1:4: Tag '!file' is not known here/],
    ['[1,]', ['encode', '--from', 'json'], /^<stdin>:1:4: A JSON value is expected here\n$/],
    ['', ['encode', '/nonexistent'], /^Cannot read '\/nonexistent': no such file\n$/],
    ['', ['decode', '/'], /^Cannot read '\/': it is a directory\n$/],
    [Uint8Array.of(0xff), ['encode'], /^Cannot read '<stdin>': it is not UTF-8 text\n$/],
    ['0x', ['decode', '--hex'], /^Cannot read '<stdin>': "x" in line 1 is no hexadecimal digit\n$/],
    ['012', ['decode', '--hex'], /^Cannot read '<stdin>': the number of hexadecimal digits is odd/],
    ['07 81', ['decode', '--hex'], /^Cannot read argdata at byte 1: /],
    ['', ['encode', '--from', 'xml'], /Allowed choices are yaml, json/],
    ['', ['encode', '--nope'], /^Unknown option '--nope'\n/],
  ];
  for (const [input, args, message] of cases) {
    const { status, stdout, stderr } = cloudabi(input, ...args);
    const usage = args.includes('xml') || args.includes('--nope');
    assert.deepStrictEqual([args, status, stdout], [args, usage ? 64 : 65, '']);
    assert.match(stderr, message);
  }
});

test('help shows examples', () => {
  const { status, stdout } = cloudabi('', '--help');
  assert.equal(status, 0);
  assert.match(stdout, /Examples:/);
});

test('the command starts without the YAML parser', () => {
  const main = readFileSync(`${root}dist/bin/cloudabi.js`, 'utf8');
  assert.doesNotMatch(main, /class Composer/);
});
