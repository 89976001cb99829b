import type { CallGroup } from '../worlds/call-groups.ts';
import { ParsedOptions } from './options.ts';
import { ruleOptions } from './rule-options.ts';

/** Groups of system calls that a program may use while it is observed. The operations of io_uring would not be seen. */
export const observedGroups: readonly CallGroup[] = [
  'debug',
  'user_namespaces',
  'namespaces',
  'keyrings',
  'performance',
  'page_faults',
  'bpf',
  'numa',
  'watch_files',
];

/** Variables that say how a person works, and are no secrets. */
const USUAL_VARIABLES: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TERM',
];

/** A name that no program looks up (RFC 2606): with a rule for it, there is a network whose other hosts are asked about. */
const NO_HOST = 'learn.invalid';

/** Ports of UDP that are served from the start; others cannot be added. */
const UDP_PORTS: readonly number[] = [123, 443, 3478];

/** Options about files and hosts, which are open while a program is observed. */
const REPLACED: ReadonlySet<string> = new Set([
  ...ruleOptions.map(({ name }) => name),
  '-o',
  '--base',
  '--profile',
  '--overlay',
  '--overlay-name',
  '--encrypt',
  '--encrypt-key',
  '--home',
  '--read',
  '--read-data',
  '--write',
  '--write-data',
  '--socket',
  '--net-except',
  '--net-limit',
  '--tmp',
  '--no-tmp',
]);

/** Adds the usual variables to those that were given. */
export function environmentOptions(given: ParsedOptions): readonly string[] {
  const named = new Set(given.all('--env').map((text) => text.split('=')[0]));
  const usual = USUAL_VARIABLES.filter((name) => process.env[name] !== undefined && !named.has(name));
  return [...given.all('--env'), ...usual];
}

/** The options of a run that may use all that its user may use. */
export function wideOptions(given: ParsedOptions): ParsedOptions {
  const values = new Map([...given.entries()].filter(([name]) => !REPLACED.has(name)));
  values.set('--base', ['none']);
  values.set('--write', ['/']);
  values.set('--env', environmentOptions(given));
  values.set('--allow-calls', [...new Set([...given.all('--allow-calls'), ...observedGroups])]);
  if (!given.has('--network'))
    values.set('--net', [
      ...given.all('--net'),
      `${NO_HOST}:443`,
      ...UDP_PORTS.map((port) => `${NO_HOST}:${port}/udp`),
    ]);
  return new ParsedOptions(values, given.rest);
}
