import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { addressOf } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { sendDescriptors } from '../../src/host/sockets/messages.ts';
import { makePair, SocketPair } from '../../src/host/sockets/sockets.ts';
import { executable, fd, file, type Limits, launch, network, pipe, service } from '../../src/index.ts';
import type { Attempt } from '../frame/corpus.ts';
import { type Observation, type Runner, readAnswers, type World } from '../frame/runner.ts';
import { type Scene, SceneWatch } from '../frame/scene.ts';
import { endOf, furnish, journalOf, LONGEST, observe, type Told } from './guest-scene.ts';
import { Neighbours } from './neighbours.ts';
import { compileAttempts, hasThreads, type Modules } from './wasm-modules.ts';

/** Grants of an attempt beyond the common ones. */
type Grants = {
  readonly limits: Limits;
  /** A socket whose other end has sent an open directory and an open file. */
  readonly peer: boolean;
  /** A FIFO in the directory that may be changed. */
  readonly fifo: boolean;
  /** The append-only file; a program that has one can send no descriptor. */
  readonly journal: boolean;
  /** A network with one origin, of which one request is granted. */
  readonly network: boolean;
  /** The connections at once of a channel to the service net; 0 for none. */
  readonly net: number;
};

/** Makes attempts in C as WebAssembly programs; without walls, as programs of this machine. */
export class WasmRunner implements Runner {
  readonly kind = 'wasm';
  readonly worlds: readonly World[] = [
    { name: 'wasm', proves: true, root: globalThis.process.getuid?.() === 0 },
  ];
  #modules: Promise<Modules> | undefined;
  #neighbours: Promise<Neighbours> | undefined;

  #compiled(): Promise<Modules> {
    this.#modules ??= compileAttempts();
    return this.#modules;
  }

  async run(attempt: Attempt): Promise<Observation> {
    const modules = await this.#compiled();
    const program = hasThreads(readFileSync(attempt.path, 'utf8')) ? modules.threads : modules.single;
    const { network, net } = readGrants(attempt);
    if (network || net > 0) this.#neighbours ??= Neighbours.start();
    const ports = (await this.#neighbours)?.environment ?? {};
    return await observe(
      async (scene) => (second) => start(program, attempt, scene, { twin: second, ports }),
    );
  }

  async runUnconfined(attempt: Attempt): Promise<Observation> {
    const { native } = await this.#compiled();
    if (native === undefined) return { kind: 'skipped', reason: 'there is no gcc' };
    const watch = new SceneWatch();
    try {
      furnish(watch.scene);
      const child = spawn(native, [watch.scene.ROOT, slugOf(attempt)], {
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: LONGEST,
        killSignal: 'SIGKILL',
      });
      const output = await text(child.stdout);
      const { attempt: answer = 'silent', twin = 'silent' } = readAnswers(output);
      return { kind: 'seen', attempt: answer, twin, evidence: [], output };
    } finally {
      watch.remove();
    }
  }

  async close(): Promise<readonly string[]> {
    (await this.#neighbours)?.stop();
    return [];
  }
}

const slugOf = ({ name }: Attempt): string => name.slice('wasm/'.length);

type Turn = { readonly twin: boolean; readonly ports: Neighbours['environment'] };

async function start(program: string, attempt: Attempt, scene: Scene, { twin, ports }: Turn): Promise<Told> {
  const { limits, peer, fifo, journal, network: hasNetwork, net } = readGrants(attempt);
  const [http, other] = [Number(ports['HTTP'] ?? 0), Number(ports['PORT'] ?? 0)];
  const held = { host: 'localhost', ports: http, methods: ['GET'], paths: ['/granted'], tls: false };
  if (fifo && !twin) await makeFifo(join(scene.WORK, 'fifo'));
  const ends = peer ? sendFrom(scene) : undefined;
  const printed = pipe('write');
  try {
    const process = launch(
      program,
      {
        attempt: slugOf(attempt),
        twin,
        base: scene.ROOT,
        output: printed,
        readable: file(scene.READ),
        work: file(scene.WORK, { rights: ['read', 'write', 'create', 'remove'] }),
        ...(journal && { journal: file(journalOf(scene), { rights: 'append' }) }),
        self: executable(),
        ...(ends && { peer: fd(ends[0]) }),
        http_port: http,
        other_port: other,
        ...(hasNetwork && { network: network({ hosts: [held] }) }),
        ...(net > 0 && { channel: service({ net: { connect: [`127.0.0.1:${http}`], connections: net } }) }),
      },
      // A twin of a program that ran out of time has as much as others.
      { limits: { wallClock: LONGEST, ...limits, ...(twin && { wallClock: LONGEST }) } },
    );
    const output = await text(printed.stream);
    const reason = await process.exited;
    const detail = 'message' in reason ? `${reason.message}\n` : '';
    return { ...readAnswers(output), end: endOf(reason), output: output + detail };
  } finally {
    for (const end of ends ?? []) closeSync(end);
  }
}

const KEYS: readonly string[] = ['limits', 'peer', 'fifo', 'journal', 'network', 'net'];

function readGrants({ path, grants }: Attempt): Grants {
  const read: unknown = parse(`{ ${grants} }`);
  const given = new Map(Object.entries(Object(read)));
  const unknown = [...given.keys()].filter((key) => !KEYS.includes(key));
  if (unknown.length > 0)
    throw new TypeError(`${path}: 'Grants' knows ${KEYS.join(', ')}, not ${unknown.join(', ')}`);
  const limits = given.get('limits');
  return {
    limits: typeof limits === 'object' && limits !== null ? limits : {},
    peer: given.get('peer') === 'directory',
    fifo: given.get('fifo') === true,
    journal: given.get('journal') !== 'none',
    network: given.get('network') === true,
    net: Number(given.get('net') ?? 0),
  };
}

async function makeFifo(path: string): Promise<void> {
  const child = spawn('mkfifo', [path], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
}

/** A connected pair of sockets; the second has sent the directory that was not granted, and a file. */
function sendFrom(scene: Scene): readonly [number, number] {
  const memory = new NativeMemory(64);
  if (makePair(SocketPair.stream, memory.address) < 0) throw new TypeError('There is no pair of sockets');
  const ends = [memory.view.getInt32(0, true), memory.view.getInt32(4, true)] as const;
  const sent = [openSync(scene.SECRET, 'r'), openSync(join(scene.READ, 'file'), 'r')];
  const byte = Buffer.from('x');
  const vector = new BigUint64Array([BigInt(addressOf(byte)), 1n]);
  const length = sendDescriptors(ends[1], new Uint8Array(vector.buffer), sent);
  for (const descriptor of sent) closeSync(descriptor);
  if (length !== 1) throw new TypeError(`Descriptors cannot be sent: ${length}`);
  return ends;
}
