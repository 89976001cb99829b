import { type ServiceLoss, serviceLosses } from '../services/service-loss.ts';
import type { Fields } from './fields.ts';

/** Reads `when_lost`; `continue` by default. */
export function readLoss(fields: Fields): ServiceLoss {
  return fields.choice('when_lost', serviceLosses) ?? 'continue';
}
