import { fstatSync } from 'node:fs';
import { Filetype } from '../abi/generated/constants.ts';
import { close, getFlags, setFlags } from '../host/files/files.ts';
import { duplicate } from '../host/files/new-descriptors.ts';
import { isTerminal } from '../host/files/terminal.ts';
import { isProcess } from '../host/processes/process-info.ts';
import { socketKind } from '../host/sockets/socket-kind.ts';
import type { RightsSet } from '../kernel/rights.ts';
import { NO_RIGHTS } from '../kernel/rights.ts';
import { O_APPEND, O_NONBLOCK, O_PATH, O_RDWR, O_WRONLY } from '../linux/open-flags.ts';
import { didYouMean } from '../text/suggest.ts';
import type { ReadContext } from './fields.ts';
import { fileType } from './file-kind.ts';
import { ResourceError } from './mistake.ts';
import type { Position } from './position.ts';
import { type CheckContext, type Checked, type OpenedResource, Resource } from './resource.ts';
import { directoryRights, fileRights, type GrantedRights, processRights, rightsSet } from './rights.ts';
import { connectedRights, datagramRights, listeningRights } from './socket-rights.ts';
import { nameWritten, type Written } from './written.ts';

/** The standard streams by name. */
const streams = ['stdin', 'stdout', 'stderr'] as const;

/** A standard stream of the process that starts the program. */
export type StreamName = (typeof streams)[number];

/** No host has more descriptors in a process (fs.nr_open of Linux is at most this). */
const MAX_NUMBER = 0x7fffffff;

/** `!fd`: a descriptor of the process that starts the program. */
export class FdResource extends Resource {
  readonly kind = 'fd';
  readonly number: number;
  /** A name says what the stream is for; a program gets no more, even if a terminal would let it. */
  readonly stream: StreamName | undefined;

  constructor(number: number, stream: StreamName | undefined, position: Position | undefined) {
    super(position);
    this.number = number;
    this.stream = stream;
    Object.freeze(this);
  }

  override check({ mistakes, place }: CheckContext): Checked | undefined {
    const found = inspect(this.number, this.stream);
    if (typeof found !== 'string') {
      const { type, base, inheriting, appends, what } = found;
      return { description: this.#describe(what), type, base, inheriting, appends };
    }
    mistakes.add(found, this.position, place);
    return undefined;
  }

  #describe(what: string): string {
    return this.stream === undefined
      ? `Our descriptor ${this.number}, ${what}`
      : `Our ${this.stream}, ${what}`;
  }

  override open(): OpenedResource {
    const host = duplicate(this.number);
    const found = inspect(host, this.stream);
    if (typeof found !== 'string') {
      const { type, base, inheriting } = found;
      // Node makes its own standard streams non-blocking, which holds for all who share them: the program would lose
      // what it writes while the other end does not read. Processes that Node itself starts are helped in the same way.
      if (this.stream !== undefined) setFlags(host, getFlags(host) & ~O_NONBLOCK);
      return { host, type, base, inheriting };
    }
    close(host);
    throw new ResourceError(found, this.position);
  }
}

type Found = GrantedRights & { readonly type: Filetype; readonly what: string; readonly appends: boolean };

/** The abilities of an open descriptor, as presets and as words. */
const words = { read: 'read', write: 'written', append: 'added to' } as const;
type Access = keyof typeof words;

/** Finds out type and rights of a descriptor of ours, or its mistake, without an effect on it. */
function inspect(number: number, stream: StreamName | undefined): Found | string {
  const flags = getFlags(number);
  if (flags < 0) return `Descriptor ${number}${stream === undefined ? '' : ` (${stream})`} is not open`;
  const access: Access[] = [];
  const mode = flags & (O_WRONLY | O_RDWR);
  if (flags & O_PATH) return `Descriptor ${number} only names a file (O_PATH), it cannot be granted`;
  if (mode !== O_WRONLY && stream !== 'stdout' && stream !== 'stderr') access.push('read');
  if (mode !== 0 && stream !== 'stdin') access.push(flags & O_APPEND ? 'append' : 'write');
  if (access.length === 0)
    return `Descriptor ${number} (${stream}) is open for ${mode === 0 ? 'reading' : 'writing'} only`;
  const found = inspectOpen(number, access);
  if (typeof found === 'string' || stream === undefined) return found;
  return { ...found, base: without(found.base, shared) };
}

/** Rights that a standard stream by its name does not give: they would change it for all who share it. */
const shared = rightsSet([
  'fd_stat_put_flags',
  'file_allocate',
  'file_stat_fput_size',
  'file_stat_fput_times',
]);

function without({ low, high }: RightsSet, withheld: RightsSet): RightsSet {
  return { low: low & ~withheld.low, high: high & ~withheld.high };
}

function inspectOpen(number: number, access: readonly Access[]): Found | string {
  const stats = fstatSync(number);
  if (stats.isSocket()) return inspectSocket(number, access);
  if (stats.isFIFO()) return { ...withType(Filetype.unknown, access), what: `a pipe, ${done(access)}` };
  const type = fileType(stats);
  if (type === undefined && isProcess(number)) {
    const base = processRights();
    return { type: Filetype.process, what: 'a process', appends: false, base, inheriting: NO_RIGHTS };
  }
  if (type === undefined)
    return `Descriptor ${number} is no file, directory, pipe, device, socket or process`;
  if (isTerminal(number)) {
    // Rights to seek would tell a C library that this is no terminal (isatty of wasi-libc).
    const { base, inheriting } = withType(Filetype.unknown, access);
    return { type, what: `a terminal, ${done(access)}`, base, inheriting, appends: false };
  }
  if (type !== Filetype.directory) {
    const what = type === Filetype.regular_file ? 'a file' : 'a device';
    return { ...withType(type, access), what: `${what}, ${done(access)}` };
  }
  // Every directory is open for reading, so that is all that can be told from it.
  const rights = directoryRights({ presets: ['read'], names: [] });
  return { type, what: 'a directory, read', appends: false, ...rights };
}

function withType(type: Filetype, presets: readonly Access[]): Omit<Found, 'what'> {
  return { type, appends: presets.includes('append'), ...fileRights({ presets, names: [] }, type) };
}

function done(access: readonly Access[]): string {
  return access.map((name) => words[name]).join(' and ');
}

function inspectSocket(number: number, access: readonly Access[]): Found | string {
  const kind = socketKind(number);
  if (kind === undefined) return `Descriptor ${number} is no socket any more`;
  if (kind.protocol === 'other')
    return `Descriptor ${number} is a socket of a kind that cannot be granted (${kind.name}); TCP, UDP, UNIX stream and datagram sockets can`;
  const { protocol, listening } = kind;
  const datagram = protocol === 'udp' || protocol === 'datagram';
  const unix = protocol === 'stream' || protocol === 'datagram';
  const type = datagram ? Filetype.socket_dgram : Filetype.socket_stream;
  if (listening) return { type, what: 'a listening socket', appends: false, ...listeningRights(unix) };
  const { base, inheriting } = datagram ? datagramRights(true, unix) : connectedRights(unix);
  const withheld = rightsSet(access.length === 2 ? [] : access[0] === 'read' ? ['fd_write'] : ['fd_read']);
  const rest = without(base, withheld);
  const what = datagram ? 'a datagram socket' : 'a connected socket';
  return { type, what, appends: false, base: rest, inheriting };
}

/** Reads the contents of `!fd` or the argument of `fd()`. */
export function readFd(written: Written, context: ReadContext): FdResource | undefined {
  const { mistakes, position, subject } = context;
  const value = written.kind === 'scalar' ? written.value : undefined;
  const stream = streams.find((name) => name === value);
  if (stream !== undefined) return new FdResource(streams.indexOf(stream), stream, position);
  // The C library of CloudABI prints numbers of descriptors in quotes.
  const quoted = context.spelling === 'document' && typeof value === 'string' && /^[0-9]{1,10}$/.test(value);
  const number = quoted ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MAX_NUMBER)
    return new FdResource(number, undefined, position);
  const hint = typeof value === 'string' ? didYouMean(value, streams) : '';
  const wanted = "a descriptor number, 'stdin', 'stdout' or 'stderr'";
  mistakes.add(
    `${subject} expects ${wanted}, not ${nameWritten(written)}${hint}`,
    written.position ?? position,
  );
  return undefined;
}
