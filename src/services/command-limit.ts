import { choicesLimit, type Limit } from './limit.ts';
import { ServiceError } from './service-error.ts';

/** The limit on the calls that a channel answers, by their names. */
export function commandsLimit<const Name extends string>(names: readonly Name[]): Limit<readonly Name[]> {
  return choicesLimit('The calls that are answered.', names);
}

/** Refuses a call that the channel does not answer. @throws ServiceError `ENOTCAPABLE` */
export function requireCommand<Name extends string>(
  limits: { readonly commands: readonly Name[] | undefined },
  call: Name,
): void {
  if (limits.commands !== undefined && !limits.commands.includes(call))
    throw new ServiceError('ENOTCAPABLE', `The channel does not answer '${call}'`);
}
