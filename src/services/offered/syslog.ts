import { connectSocket, MAX_UNIX_PATH, makeSocket } from '../../host/sockets/socket-setup.ts';
import { check } from '../../host/system-error.ts';
import { printable } from '../../text/printable.ts';
import { choicesLimit, fixedLimit, setLimit } from '../limit.ts';
import { defineService, NOTHING_HELD, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { boolShape, choiceShape, integerShape, nothingShape, optionalShape, textShape } from '../shape.ts';
import { LogConnection, onceConnected } from '../syslog/log-connection.ts';

/** Bytes of the longest message; longer ones are cut. */
const MOST = 2048;

/** Facilities by their code (syslog(3)); those of the kernel are for the kernel. */
const facilities = {
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;

type Facility = keyof typeof facilities;
const facilityNames = Object.keys(facilities).filter((name): name is Facility =>
  Object.hasOwn(facilities, name),
);

/** Priorities in the order of their codes (syslog(3)). */
const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

const EVERYTHING = 0xff;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const identShape = textShape(64, ['program', 'cron', '']);

type LogState = { readonly ident: string; readonly facility: Facility; readonly mask: number };
const begin: LogState = { ident: '', facility: 'user', mask: EVERYTHING };

/** The log of the host. */
export const syslogService = defineService({
  name: 'syslog',
  about:
    'Writes to the log of this host. Messages are cut at 2048 bytes, and control characters in them are replaced.',
  holds: 'a socket that is connected to `/dev/log`, or one to the launcher, which connects there',
  process: 'shared',
  limits: {
    facilities: choicesLimit('The facilities that messages may be of.', facilityNames),
    idents: setLimit('The names that messages may begin with.', identShape),
    socket: fixedLimit(
      'The socket of the log; by default `/dev/log`.',
      textShape(MAX_UNIX_PATH, ['/dev/log', '/run/log']),
    ),
    reconnect: fixedLimit(
      'True if the log may start later than the program, and again: the launcher connects when there is a message. Without it, a log that is not there is an error of the start, and one that has ended stays so.',
      boolShape,
    ),
  },
  calls: {
    openlog: serviceCall(
      'Sets the name and the facility of the messages that follow.',
      { ident: identShape, facility: optionalShape(choiceShape(facilityNames)) },
      nothingShape,
    ),
    syslog: serviceCall(
      'Writes a message.',
      {
        priority: choiceShape(priorities),
        message: textShape(0x8000),
        facility: optionalShape(choiceShape(facilityNames)),
      },
      nothingShape,
    ),
    setlogmask: serviceCall(
      'Sets the priorities that are written, a bit for each, and gives those of before; 0 only asks.',
      { mask: integerShape(0, EVERYTHING) },
      integerShape(0, EVERYTHING),
    ),
    closelog: serviceCall('Takes back the settings of `openlog`.', {}, nothingShape),
  },
  state: begin,
  standsAlone: true,
  asks: ({ reconnect = false, socket = '/dev/log' }) =>
    reconnect ? { kind: 'log', path: socket } : undefined,
  prepare: ({ reconnect = false, socket: path = '/dev/log' }) => {
    if (reconnect) return NOTHING_HELD;
    const socket = check(makeSocket('unix', true), 'socket');
    check(connectSocket(socket, { family: 'unix', path }, 1), 'connect', `to '${path}'`);
    return { descriptors: { socket }, data: null };
  },
  start: ({ descriptors }, { reconnect = false }, host) => {
    const log = reconnect
      ? new LogConnection(descriptors['launcher'] ?? -1, MOST, host)
      : onceConnected(descriptors['socket'] ?? -1, MOST);
    return {
      openlog: ({ ident, facility = 'user' }, channel) => {
        if (channel.limits.idents?.includes(ident) === false)
          throw new ServiceError('ENOTCAPABLE', `The channel writes no messages of '${ident}'`);
        channel.state = { ...channel.state, ident, facility };
        return null;
      },
      syslog: ({ priority, message, facility }, { state, limits }) => {
        const of = facility ?? state.facility;
        if (limits.facilities?.includes(of) === false)
          throw new ServiceError('ENOTCAPABLE', `The channel writes no messages of facility ${of}`);
        if (limits.idents?.includes(state.ident) === false)
          throw new ServiceError('ENOTCAPABLE', `The channel writes no messages of '${state.ident}'`);
        const severity = priorities.indexOf(priority);
        if ((state.mask & (1 << severity)) === 0) return null;
        const line = Buffer.from(lineOf((facilities[of] << 3) | severity, state.ident, message));
        return log.write(line.subarray(0, MOST));
      },
      setlogmask: ({ mask }, channel) => {
        const before = channel.state.mask;
        if (mask !== 0) channel.state = { ...channel.state, mask };
        return before;
      },
      closelog: (_, channel) => {
        channel.state = begin;
        return null;
      },
    };
  },
});

/** A message as syslog(3) writes it (RFC 3164, section 4.1). */
function lineOf(code: number, ident: string, message: string): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':');
  const day = `${MONTHS[now.getMonth()]} ${String(now.getDate()).padStart(2)}`;
  const who = printable(ident) || 'program';
  return `<${code}>${day} ${time} ${who}: ${printable(message.replace(/\n+$/, ''))}`;
}
