/** A name that TypeScript programmers know for something that nobody handed over, and what to write instead. */
export interface AmbientName {
  /** The global name; with a dot, a static method of a class that is there otherwise. */
  readonly name: string;
  /** What the compiler says after the name. */
  readonly instead: string;
}

const WRITE = "write to a stream of the argdata: argdata.get('log').stream().value.writeText(text)";
const SOCKET = 'grant a socket with the tag !socket and take it with argdata.get(key).socket()';
const WAIT = 'use sleep(nanoseconds) or Poll.timeout(nanoseconds)';
const FILES = 'grant a directory with the tag !file and take it with argdata.get(key).directory()';
const SPAWN = 'a program cannot start others; grant a command with the tag !command and use its descriptor';

/** Globals of AssemblyScript that `cloudabi asc` hides, because they ask the host for something. */
export const HIDDEN: readonly AmbientName[] = [
  { name: 'console', instead: WRITE },
  { name: 'trace', instead: WRITE },
  {
    name: 'process',
    instead: 'take arguments and settings from the argdata, end with exit(code), and measure time with Clock',
  },
  { name: 'performance', instead: 'use Clock.monotonic()' },
  { name: 'crypto', instead: 'use randomBytes(length)' },
  { name: 'Date.now', instead: 'use Clock.realtime(), in nanoseconds' },
];

/** Globals of other hosts that AssemblyScript never had. */
export const UNKNOWN: readonly AmbientName[] = [
  { name: 'fetch', instead: SOCKET },
  { name: 'XMLHttpRequest', instead: SOCKET },
  { name: 'WebSocket', instead: SOCKET },
  { name: 'setTimeout', instead: WAIT },
  { name: 'setInterval', instead: WAIT },
  { name: 'localStorage', instead: FILES },
  { name: 'require', instead: 'import from files of the program and its packages' },
  { name: 'Deno', instead: FILES },
  { name: 'Bun', instead: FILES },
];

/** Modules of Node that a program may try to import. */
export const MODULES: readonly AmbientName[] = [
  { name: 'fs', instead: FILES },
  { name: 'fs/promises', instead: FILES },
  { name: 'net', instead: SOCKET },
  { name: 'dgram', instead: SOCKET },
  { name: 'dns', instead: SOCKET },
  { name: 'http', instead: SOCKET },
  { name: 'https', instead: SOCKET },
  { name: 'child_process', instead: SPAWN },
  { name: 'worker_threads', instead: SPAWN },
  { name: 'os', instead: 'what a program shall know of its host stands in its argdata' },
  { name: 'timers', instead: WAIT },
];

/** The replacement for what a message of the compiler is about: one sentence, or `undefined` if it is no such name. */
export function replacementFor(message: string): string | undefined {
  const global = /^Cannot find name '([^']+)'/.exec(message)?.[1];
  if (global !== undefined) return sentence([...HIDDEN, ...UNKNOWN], global);
  const [, member, type] = /^Property '([^']+)' does not exist on type '([^']+)'/.exec(message) ?? [];
  if (member !== undefined) return sentence(HIDDEN, `${type?.replace(/^.*\//, '')}.${member}`);
  const module = /^File '~lib\/(?:node:)?([^']+)\.ts' not found/.exec(message)?.[1];
  return module === undefined ? undefined : sentence(MODULES, module);
}

function sentence(rows: readonly AmbientName[], name: string): string | undefined {
  const row = rows.find((each) => each.name === name);
  return row === undefined ? undefined : `'${name}' is unavailable: ${row.instead}`;
}
