import type { ServiceHost } from '../../../src/services/service.ts';

/** The surroundings of services that need none, in the process of a test. */
export const noHost: ServiceHost = {
  watch: () => undefined,
  unwatch: () => undefined,
  hold: () => () => undefined,
  openChannel: () => -1,
};
