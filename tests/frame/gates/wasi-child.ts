// Runs one WASI program on our gate: the process that runWasi starts. Every directory comes with every right.
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { Filetype } from '../../../src/abi/generated/constants.ts';
import { startWasm } from '../../../src/gates/wasm/start.ts';
import { NativeMemory } from '../../../src/host/memory.ts';
import { endProcess } from '../../../src/host/processes/own-process.ts';
import { bindSocket, listen, makeSocket } from '../../../src/host/sockets/socket-setup.ts';
import { syscall } from '../../../src/host/syscall.ts';
import type { Descriptor } from '../../../src/kernel/descriptors.ts';
import { ALL_HIGH, ALL_LOW } from '../../../src/kernel/rights.ts';

type Spec = {
  readonly wasm: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly preopens: readonly (readonly [host: string, guest: string])[];
  readonly listener: boolean;
};
const spec: Spec = JSON.parse(process.argv[2] ?? '');
/** getsockname(2), which nothing but this needs. */
const GETSOCKNAME = process.arch === 'arm64' ? 204 : 51;

const all = { low: ALL_LOW, high: ALL_HIGH };

function granted(host: number, type: Filetype): Descriptor {
  return { host, type, base: all, inheriting: all, grant: host };
}

const descriptors = [
  granted(0, Filetype.unknown),
  granted(1, Filetype.regular_file),
  granted(2, Filetype.regular_file),
  ...spec.preopens.map(([host]) => granted(openSync(host, constants.O_DIRECTORY), Filetype.directory)),
];
if (spec.listener) {
  const socket = makeSocket('ipv4', false);
  bindSocket(socket, { family: 'ipv4', host: Uint8Array.of(127, 0, 0, 1), port: 0 });
  listen(socket, 8);
  const memory = new NativeMemory(32);
  memory.view.setUint32(16, 16, true);
  syscall(GETSOCKNAME, socket, memory.address, memory.at(16));
  writeSync(3, String(memory.view.getUint16(2)));
  descriptors.push(granted(socket, Filetype.socket_stream));
}
closeSync(3);

const exit = startWasm({
  module: readFileSync(spec.wasm),
  argdata: new Uint8Array(),
  descriptors,
  command: {
    arguments: spec.args,
    environment: new Map(Object.entries(spec.env)),
    preopens: new Map(spec.preopens.map(([, guest], index) => [index + 3, guest])),
  },
});
if (exit.kind === 'trapped') process.abort();
endProcess(exit.code);
