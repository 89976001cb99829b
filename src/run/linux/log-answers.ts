import type { ServiceChannel } from '../../services/client/channel.ts';
import { syslogService } from '../../services/offered/syslog.ts';
import type { ArgumentsOf } from '../../services/service.ts';
import { ServiceError } from '../../services/service-error.ts';
import { ShapeError } from '../../services/shape.ts';
import type { LogMessage } from '../../syslog/read-message.ts';
import { callService } from './call-service.ts';

type Facility = NonNullable<ArgumentsOf<(typeof syslogService)['calls']['syslog']>['facility']>;
type Priority = ArgumentsOf<(typeof syslogService)['calls']['syslog']>['priority'];

/** Facilities by code (syslog(3)); the others are the kernel's, and count as those of users. */
const FACILITIES: readonly (Facility | undefined)[] = [
  ...([undefined, 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news'] as const),
  ...(['uucp', 'cron', 'authpriv', 'ftp', undefined, undefined, undefined, undefined] as const),
  ...(['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] as const),
];

const PRIORITIES: readonly Priority[] = [
  'emerg',
  'alert',
  'crit',
  'err',
  'warning',
  'notice',
  'info',
  'debug',
];

/** Writes the messages of a program to the log of the host, one after the other, by asking the service `syslog`. */
export class LogAnswers {
  readonly #channel: ServiceChannel;
  #tag: string | undefined;

  constructor(channel: ServiceChannel) {
    this.#channel = channel;
  }

  /** Writes a message; one that the limits leave out is dropped. */
  async write({ facility, severity, tag, text }: LogMessage): Promise<void> {
    const given = { facility: FACILITIES[facility] ?? 'user', priority: PRIORITIES[severity] ?? 'notice' };
    try {
      if (tag !== this.#tag) {
        this.#tag = undefined;
        await callService(this.#channel, syslogService.calls, 'openlog', { ident: tag });
        this.#tag = tag;
      }
      await callService(this.#channel, syslogService.calls, 'syslog', { ...given, message: text });
    } catch (error) {
      // syslog(3) tells its caller nothing, either.
      if (!(error instanceof ServiceError || error instanceof ShapeError)) throw error;
    }
  }
}
