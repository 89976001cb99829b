import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CallName, calls } from '../../src/abi/generated/calls.ts';
import { Errno, Rights } from '../../src/abi/generated/constants.ts';
import type { SupportedKind } from '../../src/gates/support.ts';
import { support } from '../../src/gates/support.ts';
import { file, launch, type Process, pipe, processDescriptor } from '../../src/index.ts';
import type { RightName } from '../../src/resources/rights.ts';
import { cc } from '../../src/toolchain/cc.ts';
import { noExecutables } from '../frame/elf/executables.ts';

/*
 * The contract between a program and the kernel, for every kind of program that makes CloudABI's calls: the same two sources, compiled
 * for each, end their calls in the same way. The table of docs/calls.md says where they do not.
 */
type Kind = {
  readonly name: string;
  readonly supported: SupportedKind;
  readonly options: readonly string[];
  /** Calls whose note in the table says so: they end with this error here. */
  readonly noted: Readonly<Partial<Record<CallName, keyof typeof Errno>>>;
  readonly skip: string | false;
};

const kinds: readonly Kind[] = [
  { name: 'a module', supported: 'wasm', options: [], noted: { thread_create: 'nosys' }, skip: false },
  {
    name: 'a module with threads',
    supported: 'wasm',
    options: ['-pthread'],
    noted: { proc_exec: 'notsup' },
    skip: false,
  },
  {
    name: 'an executable',
    supported: 'elf',
    options: ['--native'],
    noted: {},
    skip: noExecutables ?? false,
  },
];

/** Rights of which having them is not enough for a success with the files of the test. */
const otherwise: ReadonlyMap<string, keyof typeof Errno> = new Map([
  // No link, no program, and nothing that was not granted itself can be mapped for execution.
  ['FILE_READLINK file_readlink', 'inval'],
  ['PROC_EXEC proc_exec', 'noexec'],
  ['MEM_MAP_EXEC mem_map', 'notsup'],
]);

const bits: ReadonlySet<bigint> = new Set(Object.values(Rights));
const names = Object.keys(Rights).filter((name): name is RightName => name in Rights);

/** Compiles a program of tests/programs/elf for a kind. */
async function compiled(source: string, { options }: Kind, folder: string): Promise<string> {
  const path = join(folder, source);
  const words = [...options, '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror'];
  assert.equal(await cc([...words, resolve(`tests/programs/elf/${source}.c`), '-o', path]), 0);
  return path;
}

/** The lines of a program, and its exit code; `begun` is called when the first of them have come. */
async function outcomeOf(
  program: Process,
  output: AsyncIterable<Buffer>,
  begun: () => void = () => undefined,
): Promise<[string[], unknown]> {
  const chunks: Buffer[] = [];
  for await (const chunk of output) {
    if (chunks.length === 0) begun();
    chunks.push(chunk);
  }
  const end = await program.exited;
  const code = end.kind === 'exited' ? end.code : JSON.stringify(end);
  return [Buffer.concat(chunks).toString().trimEnd().split('\n'), code];
}

for (const kind of kinds) {
  describe(`the contract of calls, for ${kind.name}`, { skip: kind.skip }, () => {
    let called: string[] = [];
    let tried: string[] = [];

    const folder = mkdtempSync(join(tmpdir(), 'contract-'));
    after(() => rmSync(folder, { recursive: true, force: true }));

    before(async () => {
      const granted = ['calls', 'rights'].map((name) => join(folder, name));
      for (const path of granted) mkdirSync(path);
      const mapped = join(folder, 'mapped');
      writeFileSync(mapped, 'to be mapped');
      const [first = '', second = ''] = granted;

      const path = await compiled('contract-calls', kind, folder);
      const lines = pipe('write');
      const itself = file(path, { rights: 'execute' });
      await using program = launch(path, [file(first, { rights: names }), lines, itself]);
      const [words, code] = await outcomeOf(program, lines.stream);
      assert.equal(code, 7, words.join('\n'));
      called = words;

      // It ends when its input does: not before there is a descriptor of it.
      const input = pipe('read');
      await using other = launch('tests/programs/cloudabi/until.wasm', { input });
      const output = pipe('write');
      const maps = Array.from({ length: 6 }, () => file(mapped, { rights: ['read', 'write'] }));
      await using trying = launch(await compiled('contract-rights', kind, folder), [
        file(second, { rights: names }),
        output,
        processDescriptor(other),
        maps,
      ]);
      const [rows, end] = await outcomeOf(trying, output.stream, () => input.stream.end());
      assert.deepEqual([end, rows.at(-1)], [0, 'end'], rows.join('\n'));
      tried = rows;
    });

    test('each call does what the table says', () => {
      const seen = new Set<string>();
      for (const line of called) {
        const [name = '', error = '', done] = line.split(' ');
        const known = calls.find((call) => call.name === name)?.name;
        if (known === undefined) continue;
        seen.add(known);
        const said = support[kind.supported][known];
        const refused = said.level === 'refused' ? said.errno : kind.noted[known];
        if (said.level !== 'refused' && refused !== undefined)
          assert.ok(said.level === 'partly' && said.missing.includes(`\`${refused}\``), known);
        assert.deepEqual([name, Number(error), done], [name, Errno[refused ?? 'success'], '1']);
      }
      // It has ended by the one call that does not return.
      seen.add('proc_exit');
      if (kind.noted.thread_create !== undefined) seen.add('thread_exit');
      assert.deepEqual(
        calls.map(({ name }) => name).filter((name) => !seen.has(name)),
        [],
      );
      assert.ok(called.includes('waited 1') && called.includes('taken 0'));
    });

    test('each right is needed for what it is for, and cannot be regained', () => {
      const rows = tried.filter((line) => /^[A-Z]/.test(line));
      const seen = new Set<string>();
      for (const row of rows) {
        const [right = '', call, having, ...rest] = row.split(' ');
        seen.add(right.toLowerCase());
        const outcome = Errno[otherwise.get(`${right} ${call}`) ?? 'success'];
        // Without it, by a copy, by what is put over it, by asking, by a message on either kind of socket; then its rights and the files.
        const refusals = Array.from({ length: 6 }, () => Errno.notcapable);
        assert.deepEqual([row, Number(having), ...rest.map(Number)], [row, outcome, ...refusals, 1, 1]);
      }
      assert.equal(rows.length, 42);
      // Two rights allow telling the offset (tests/gates/wasm/cloudabi/rights.test.ts).
      assert.deepEqual(
        names.filter((name) => !seen.has(name)),
        ['fd_tell'],
      );
    });

    test('nothing is opened with what a directory does not pass on, and bits that are no rights are refused', () => {
      const rows = tried.filter((line) => line.startsWith('bit '));
      assert.equal(rows.length, 64);
      for (const row of rows) {
        const [, bit, isRight, base, inheriting, put, gained] = row.split(' ').map(Number);
        const known = bits.has(1n << BigInt(bit ?? 0));
        assert.equal(isRight, known ? 1 : 0, row);
        const refused = known ? Errno.success : Errno.notcapable;
        assert.deepEqual(
          [row, base, inheriting, put, gained],
          [row, Errno.notcapable, Errno.notcapable, refused, 0],
        );
      }
    });
  });
}
