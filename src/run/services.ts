import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createMemoryFile } from '../host/files/memory-file.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { handOver } from '../host/sockets/handover.ts';
import { startNodeBinary } from '../plan/node/node-binary.ts';
import type { OpenedChannel } from '../resources/resource.ts';
import { encodeStart, type GrantedChannel } from '../services/start-message.ts';
import type { Mechanism } from '../walls/confinement.ts';
import { type ServiceOptions, type StartedPart, startPart } from './service-parts.ts';

/** The processes of services beside a program. */
export type StartedServices = {
  /** Resolves when one of them has ended: its clients get errors from then on. */
  readonly lost: Promise<void>;
  /** Resolves with the service that has ended, and with which the program is to end. */
  readonly fatal: Promise<string>;
  /** Ends them. They end by themselves when the last channel is closed, and with the launcher. */
  readonly end: () => void;
};

/**
 * Starts the processes that serve channels: one for all services that may share one, and one for each other service. The
 * descriptors of the channels and what the services hold are closed here, also when it fails.
 *
 * @throws ResourceError when no process can be started.
 */
export function startServices(channels: readonly OpenedChannel[], options: ServiceOptions): StartedServices {
  const shared = channels.filter(({ service }) => service.process === 'shared');
  const groups = [
    ...(shared.length === 0 ? [] : [shared]),
    ...channels.filter(({ service }) => service.process === 'own').map((channel) => [channel]),
  ];
  const started: ChildProcess[] = [];
  let onFatal = (_service: string): void => undefined;
  const fatal = new Promise<string>((resolve) => {
    onFatal = resolve;
  });
  const parts: StartedPart[] = [];
  const end = (): void => {
    for (const part of parts) part.close();
    for (const child of started) child.kill('SIGKILL');
  };
  try {
    for (const group of groups) {
      const asking = group.map((channel) => {
        const asked = askLauncher(channel, options);
        if (asked.part !== undefined) parts.push(asked.part);
        return asked;
      });
      try {
        const child = startGroup(
          asking.map((asked) => asked.channel),
          options.accept,
        );
        started.push(child);
        const needed = group.find(({ whenLost }) => whenLost === 'end');
        if (needed !== undefined) child.once('exit', () => onFatal(needed.service.name));
      } finally {
        for (const { theirs } of asking) for (const descriptor of theirs) closeSync(descriptor);
      }
    }
  } catch (error) {
    end();
    throw error;
  } finally {
    closeChannels(channels);
  }
  const lost = Promise.race(
    started.map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve()))),
  );
  return { lost, fatal, end };
}

type Asking = {
  readonly channel: GrantedChannel;
  readonly part: StartedPart | undefined;
  /** The ends of the service, which are closed here when it has its own. */
  readonly theirs: readonly number[];
};

/** Begins the part of the launcher that a service asks, and gives the service the other ends of its sockets. */
function askLauncher(channel: OpenedChannel, options: ServiceOptions): Asking {
  const { service, limits, held } = channel;
  const asked = service.asks?.(limits);
  if (asked === undefined) return { channel, part: undefined, theirs: [] };
  const [ours, launcher] = makeSocketPair();
  const [intake, handed] = makeSocketPair();
  const part = startPart(asked, ours, intake, channel.contents, options);
  const descriptors = { ...held.descriptors, launcher, handed };
  return { channel: { ...channel, held: { ...held, descriptors } }, part, theirs: [launcher, handed] };
}

/** Closes channels and what their services hold, in this process. */
export function closeChannels(channels: readonly GrantedChannel[]): void {
  for (const { channel, held } of channels)
    for (const descriptor of [channel, ...Object.values(held.descriptors)]) closeSync(descriptor);
}

function startGroup(channels: readonly GrantedChannel[], accept: readonly Mechanism[]): ChildProcess {
  const { bytes, descriptors } = encodeStart({ parent: process.pid, accept, channels });
  const opened: number[] = [];
  try {
    const file = createMemoryFile('services', [bytes]);
    opened.push(file);
    const [ours, theirs] = makeSocketPair();
    opened.push(ours, theirs);
    const child = startNodeBinary('services', ['ignore', 'ignore', 'ignore', theirs]);
    // The launcher has no reason to stay for it.
    child.unref();
    handOver(ours, [file, ...descriptors.map(({ descriptor }) => descriptor)]);
    return child;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
