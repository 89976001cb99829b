/** The fates of a program whose service has ended: it goes on, and its requests fail, or it ends. */
export const serviceLosses = ['continue', 'end'] as const;

/** The fate of a program whose service has ended. */
export type ServiceLoss = (typeof serviceLosses)[number];
