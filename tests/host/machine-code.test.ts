import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { codes } from '../../src/host/machine-code.ts';
import { stubs } from '../../src/host/processes/launch-stub.ts';
import { recordCodes } from '../../src/host/record.ts';
import type { Architecture } from '../../src/linux/architecture.ts';

/** Assemblers by the names distributions give them; the plain name counts where it is the right one. */
const assemblers: Record<Architecture, readonly string[]> = {
  x64: ['x86_64-linux-gnu-as', ...(process.arch === 'x64' ? ['as'] : [])],
  arm64: ['aarch64-linux-gnu-as', ...(process.arch === 'arm64' ? ['as'] : [])],
};

/** Section `.text` and the labels of an ELF64 object (elf(5)). */
function readObject(file: Buffer): { text: Buffer; labels: Map<string, number> } {
  const sections = Number(file.readBigUInt64LE(0x28));
  const count = file.readUInt16LE(0x3c);
  const header = (index: number): number => sections + index * 64;
  const bytes = (index: number): Buffer => {
    const at = Number(file.readBigUInt64LE(header(index) + 24));
    return file.subarray(at, at + Number(file.readBigUInt64LE(header(index) + 32)));
  };
  const text = (strings: Buffer, at: number): string =>
    strings.toString('latin1', at, strings.indexOf(0, at));
  const names = bytes(file.readUInt16LE(0x3e));
  const found = new Map<string, number>();
  for (let index = 0; index < count; index++) found.set(text(names, file.readUInt32LE(header(index))), index);
  const symbols = bytes(found.get('.symtab') ?? 0);
  const strings = bytes(found.get('.strtab') ?? 0);
  const labels = new Map<string, number>();
  for (let at = 0; at < symbols.length; at += 24) {
    labels.set(text(strings, symbols.readUInt32LE(at)), Number(symbols.readBigUInt64LE(at + 8)));
  }
  return { text: bytes(found.get('.text') ?? 0), labels };
}

/** Assembles a source; returns `undefined` without an assembler, and says so. */
function assemble(
  context: TestContext,
  name: string,
  architecture: Architecture,
): ReturnType<typeof readObject> | undefined {
  const assembler = assemblers[architecture].find((tool) => spawnSync(tool, ['--version']).status === 0);
  if (assembler === undefined) {
    context.skip(`no assembler for ${architecture} here (${assemblers[architecture].join(', ')})`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'machine-code-'));
  try {
    const object = join(folder, 'object');
    const source = `src/host/${name}.${architecture}.S`;
    const made = spawnSync(assembler, ['-o', object, source], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    return readObject(readFileSync(object));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const architecture of ['x64', 'arm64'] as const) {
  test(`the machine code for ${architecture} is what its source says`, (context) => {
    const object = assemble(context, 'machine-code', architecture);
    if (object === undefined) return;
    const { text, labels } = object;
    const { bytes, ...offsets } = codes[architecture];
    assert.equal(text.toString('hex'), bytes);
    assert.equal(labels.get('handler'), offsets.handler);
    assert.equal(labels.get('call'), offsets.call);
    if (architecture === 'x64') assert.equal(labels.get('restorer'), offsets.restorer);
    assert.equal(text.readBigUInt64LE(offsets.listAddress), 0x1122334455667788n);
  });

  test(`the machine code of records for ${architecture} is what its source says`, (context) => {
    const object = assemble(context, 'record', architecture);
    if (object === undefined) return;
    const { text, labels } = object;
    const { bytes, call, time, recordAddresses, functionAddress } = recordCodes[architecture];
    assert.equal(text.toString('hex'), bytes);
    assert.deepEqual([labels.get('call'), labels.get('time')], [call, time]);
    for (const at of recordAddresses) assert.equal(text.readBigUInt64LE(at), 0x1122334455667788n);
    assert.equal(text.readBigUInt64LE(functionAddress), 0x2233445566778899n);
  });

  test(`the launch stub for ${architecture} is what its source says`, (context) => {
    const object = assemble(context, 'processes/launch-stub', architecture);
    if (object === undefined) return;
    const { text, labels } = object;
    const { bytes, start, listAddress } = stubs[architecture];
    assert.equal(text.toString('hex'), bytes);
    assert.equal(labels.get('call'), 0);
    assert.equal(labels.get('start'), start);
    assert.equal(text.readBigUInt64LE(listAddress), 0x1122334455667788n);
  });
}
