import { ServiceLoop } from './loop.ts';
import { type ChannelBounds, openChannel, ServedChannel } from './served-channel.ts';
import type { ServiceHost } from './service.ts';
import type { GrantedChannel } from './start-message.ts';

/** Services that are ready to be served. */
export type ReadyServices = {
  /** The host descriptor of the event loop, which stays open. */
  readonly loop: number;
  /** Serves until all channels are closed. */
  readonly run: () => Promise<void>;
};

/**
 * Makes the functions of services and begins to watch their channels. Nothing is answered before `run`.
 *
 * @throws Error when a service cannot be started with what it holds.
 */
export function readyServices(channels: readonly GrantedChannel[]): ReadyServices {
  const loop = new ServiceLoop();
  const bounds: ChannelBounds = { channels: 0, unread: 0 };
  const host: ServiceHost = {
    watch: (descriptor, events, onEvents) => loop.watch(descriptor, events, onEvents, 'held'),
    unwatch: (descriptor) => loop.unwatch(descriptor),
    hold: () => loop.hold(),
    openChannel: (service, handlers, limits) =>
      openChannel({ service, handlers }, { loop, bounds }, limits, structuredClone(service.state)),
  };
  for (const { service, limits, held, channel } of channels) {
    const running = { service, handlers: service.start(held, limits, host) };
    new ServedChannel(running, { loop, bounds }, channel, limits, structuredClone(service.state));
  }
  return { loop: loop.descriptor, run: () => loop.run() };
}
