import { once } from 'node:events';
import { closeSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { addressOf } from '../../../src/host/libc.ts';
import { reapIfEnded } from '../../../src/host/processes/spawn.ts';
import { PumpControl } from '../../../src/host/pump/control.ts';
import {
  type PumpId,
  type PumpReport,
  PumpSocketKind,
  writeVerdict,
} from '../../../src/host/pump/records.ts';
import { type StartedPump, startPump } from '../../../src/host/pump/start.ts';
import { sendDescriptors } from '../../../src/host/sockets/messages.ts';
import { encodeAddress, makeSocket, type SocketAddress } from '../../../src/host/sockets/socket-setup.ts';
import { syscall } from '../../../src/host/syscall.ts';
import { callNumberOf } from '../../../src/linux/system-calls.ts';
import { until } from '../programs.ts';

const O_NONBLOCK = 0x800;
const F_SETFL = 4;

/** The loopback address with a port. */
export function loopback(port: number): SocketAddress {
  return { family: 'ipv4', host: Uint8Array.of(127, 0, 0, 1), port };
}

/** A socket that does not wait. */
export function quietSocket(datagram = false): number {
  const socket = makeSocket('ipv4', datagram);
  syscall(callNumberOf('fcntl'), socket, F_SETFL, O_NONBLOCK);
  return socket;
}

/** Begins to connect a socket to a port of the loopback address; the caller closes it. */
export function dial(port: number, datagram = false): number {
  const socket = quietSocket(datagram);
  const bytes = encodeAddress(loopback(port));
  syscall(callNumberOf('connect'), socket, addressOf(bytes), bytes.length);
  return socket;
}

/** Gives the port of a server that listens already. */
export async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return port;
}

/** A pump with sockets of this process's own network instead of those of a namespace. */
export class TestPump {
  readonly started: StartedPump;
  readonly control: PumpControl;
  readonly reports: PumpReport[] = [];
  ended = false;
  /** Called for each connection or flow that waits. */
  onAccepted: (id: PumpId, report: Extract<PumpReport, { kind: 'accepted' }>) => void = () => undefined;
  onFailed: (id: PumpId) => void = (id) => this.refuse(id);

  /** @param sockets Kinds, ports and host descriptors, which are closed here. */
  constructor(sockets: readonly (readonly [kind: number, port: number, descriptor: number])[]) {
    this.started = startPump();
    this.control = new PumpControl(this.started.control, {
      onReport: (report) => {
        this.reports.push(report);
        if (report.kind === 'accepted') this.onAccepted(report.id, report);
        if (report.kind === 'failed') this.onFailed(report.id);
      },
      onEnd: () => {
        this.ended = true;
      },
    });
    const entries = Buffer.alloc(8 * sockets.length);
    for (const [index, [kind, port]] of sockets.entries()) {
      entries.writeUInt16LE(kind, 8 * index);
      entries.writeUInt16LE(port, 8 * index + 2);
    }
    this.#announce(
      entries,
      sockets.map(([, , descriptor]) => descriptor),
    );
    const end = Buffer.alloc(8);
    end.writeUInt16LE(PumpSocketKind.end, 0);
    this.#announce(end, [sockets[0]?.[2] ?? 0]);
    for (const [, , descriptor] of sockets) closeSync(descriptor);
    closeSync(this.started.intake);
  }

  #announce(bytes: Buffer, descriptors: readonly number[]): void {
    const vector = Buffer.alloc(16);
    vector.writeBigUInt64LE(BigInt(addressOf(bytes)), 0);
    vector.writeBigUInt64LE(BigInt(bytes.length), 8);
    sendDescriptors(this.started.intake, vector, descriptors);
  }

  dial(id: PumpId, socket: number): void {
    this.control.send(writeVerdict('dial', id), socket);
  }

  refuse(id: PumpId): void {
    this.control.send(writeVerdict('refuse', id));
  }

  /** The reports of one kind. */
  of<Kind extends PumpReport['kind']>(kind: Kind): Extract<PumpReport, { kind: Kind }>[] {
    return this.reports.filter(
      (report): report is Extract<PumpReport, { kind: Kind }> => report.kind === kind,
    );
  }

  /** Waits for a number of reports of a kind. */
  async wait<Kind extends PumpReport['kind']>(
    kind: Kind,
    count = 1,
  ): Promise<Extract<PumpReport, { kind: Kind }>[]> {
    await until(`${count} reports '${kind}'`, () => this.of(kind).length >= count);
    return this.of(kind);
  }

  /** Ends it and waits until it is gone. */
  async close(): Promise<void> {
    this.control.close();
    await until('the pump has ended', () => reapIfEnded(this.started.process.pid) !== undefined);
    closeSync(this.started.process.pidfd);
  }
}
