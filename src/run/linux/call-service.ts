import type { ServiceChannel } from '../../services/client/channel.ts';
import { readReply } from '../../services/client/read-reply.ts';
import type { ArgumentsOf, ReplyOf, ServiceCalls } from '../../services/service.ts';

/**
 * Calls a service, whose answer is read by the shape of the call.
 *
 * @throws ServiceError, ShapeError for an answer of another form.
 */
export async function callService<C extends ServiceCalls, Name extends keyof C & string>(
  channel: ServiceChannel,
  calls: C,
  name: Name,
  given: ArgumentsOf<C[Name]>,
): Promise<ReplyOf<C[Name]>> {
  const { takes, gives } = calls[name] as C[Name];
  // Both shapes are those of this call.
  return readReply(gives, await channel.ask(name, takes.write(given))) as ReplyOf<C[Name]>;
}
