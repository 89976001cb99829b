import type { TestContext } from 'node:test';
import { makeSocketPair } from '../../../src/host/files/new-descriptors.ts';
import type { OpenedChannel } from '../../../src/resources/resource.ts';
import { startServices } from '../../../src/run/services.ts';
import { ServiceChannel } from '../../../src/services/client/channel.ts';
import { readServiceLimits } from '../../../src/services/limit.ts';
import { services } from '../../../src/services/table.ts';
import type { Wire } from '../../../src/services/wire.ts';

/** Channels to confined services, and their process. */
export type OpenedServices = {
  readonly channels: readonly ServiceChannel[];
  /** Waits for the end of the process; it keeps this one alive. */
  readonly lost: () => Promise<void>;
  readonly end: () => void;
};

/** A grant of a service and its limits, as a map of messages. */
export type TestedGrant = readonly [name: string, limits?: Wire];

/** Opens channels to services in a confined process; they are closed when the test ends. */
export function openServices(
  t: Pick<TestContext, 'after'>,
  ...grants: readonly TestedGrant[]
): OpenedServices {
  const granted: OpenedChannel[] = [];
  const channels = grants.map(([name, written = null]) => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`There is no service ${name}`);
    const read = readServiceLimits(service.limits, written);
    const limits = service.resolve?.(read, process.cwd()) ?? read;
    const [channel, theirs] = makeSocketPair();
    granted.push({
      service,
      limits,
      held: service.prepare(limits),
      channel,
      contents: new Map(),
      whenLost: 'continue',
    });
    const client = new ServiceChannel(theirs);
    t.after(() => client.close());
    return client;
  });
  const { lost, end } = startServices(granted, { accept: [] });
  return {
    channels,
    end,
    lost: async () => {
      const alive = setInterval(() => undefined, 1000);
      await lost;
      clearInterval(alive);
    },
  };
}

/** Opens a channel to one service. */
export function openService(t: Pick<TestContext, 'after'>, ...grant: TestedGrant): ServiceChannel {
  const [channel] = openServices(t, grant).channels;
  if (channel === undefined) throw new Error('There is no channel');
  return channel;
}

/** A map of messages. */
export function wireMap(entries: Readonly<Record<string, Wire>>): Wire {
  return new Map<Wire, Wire>(Object.entries(entries));
}
