import { close } from '../../host/files/files.ts';
import { EPOLLIN } from '../../linux/waiting.ts';
import { LauncherLines } from '../launcher/lines.ts';
import type { ServiceHost } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import type { AskBroker, BrokerAnswer } from './asker.ts';

/** Questions that wait for the broker, at most. */
const MOST_WAITING = 256;

type Waiting = {
  readonly resolve: (answer: BrokerAnswer) => void;
  readonly reject: (error: ServiceError) => void;
  /** True if `ok` comes with a socket. */
  readonly wantsSocket: boolean;
};

/** Makes the way to ask the broker of the launcher, which answers lines in their order. */
export function brokerLines(descriptor: number, host: ServiceHost): AskBroker {
  const waiting: Waiting[] = [];
  const lines = new LauncherLines(
    descriptor,
    (text, take) => {
      const next = waiting.shift();
      const came = next?.wantsSocket === true && text === 'ok' ? take() : undefined;
      if (next === undefined) {
        if (came !== undefined) close(came);
      } else next.resolve({ text, descriptor: came });
    },
    () => {
      for (const { reject } of waiting.splice(0)) reject(new ServiceError('EPIPE', 'The launcher has gone'));
    },
  );
  host.watch(descriptor, EPOLLIN, () => {
    if (!lines.read()) host.unwatch(descriptor);
  });
  return (line) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= MOST_WAITING) {
        reject(new ServiceError('EAGAIN', 'Too many connections are being made'));
        return;
      }
      lines.send(line);
      waiting.push({ resolve, reject, wantsSocket: !line.startsWith('find ') });
    });
}
