import { mostLimit } from '../limit.ts';
import { defineService, NOTHING_HELD, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { bytesShape, integerShape } from '../shape.ts';

/** The most bytes of one answer. */
const MOST = 65536;

/** Random bytes from the kernel (getrandom(2)). */
export const randomService = defineService({
  name: 'random',
  about: 'Random bytes from the kernel.',
  holds: 'nothing',
  process: 'shared',
  limits: {
    bytes: mostLimit('The most bytes of one answer.', integerShape(0, MOST)),
  },
  calls: {
    bytes: serviceCall('Gives random bytes.', { count: integerShape(0, MOST) }, bytesShape(MOST)),
  },
  state: null,
  prepare: () => NOTHING_HELD,
  start: () => ({
    bytes: ({ count }, { limits }) => {
      if (limits.bytes !== undefined && count > limits.bytes)
        throw new ServiceError('ENOTCAPABLE', `The channel gives at most ${limits.bytes} bytes at once`);
      return process.getBuiltinModule('node:crypto').randomBytes(count);
    },
  }),
});
