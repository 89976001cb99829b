import { printAnyRule } from '../../policy/any-rule.ts';
import { nameKey } from '../agent-grant.ts';
import type { CommandParts } from '../command.ts';
import type { FileResource } from '../file.ts';
import type { Limits } from '../limits.ts';
import type { LinuxParts } from '../linux-parts.ts';
import { partOfNetwork } from './print-network.ts';
import { partOfResource, partOfServiceLimits } from './print-resource.ts';
import { mapOf, printBlock, type YamlPart } from './yaml-part.ts';

/** Makes the value of a key; `undefined` when the key is left out. */
type Writer<Value> = (value: Value) => YamlPart | undefined;

/** A key of `!command`, and how its value is written. All of them, or this does not compile. */
type Writers<Parts> = {
  readonly [Name in keyof Parts]: readonly [key: string, write: Writer<Parts[Name]>] | undefined;
};

const asItIs: Writer<YamlPart | undefined> = (value) => value;

const linuxWriters: Writers<LinuxParts> = {
  base: ['base', asItIs],
  workingDirectory: ['working_directory', asItIs],
  files: ['files', partOfFiles],
  sockets: [
    'sockets',
    (sockets) => unlessEmpty(new Map([...sockets].map(([at, { absolute }]) => [at, absolute]))),
  ],
  home: ['home', (home) => (home?.kind === 'kept' ? home.directory.path : home?.kind)],
  user: ['user', (user) => user?.text],
  showUser: ['show_user', (user) => user?.text],
  network: ['network', (network) => network && partOfNetwork(network)],
  sshAgent: [
    'ssh_agent',
    (grant) => {
      const keys = grant?.keys.map(nameKey);
      return grant?.agent === undefined ? keys : mapOf({ keys, agent: grant.agent });
    },
  ],
  services: [
    'services',
    (all) => unlessEmpty(new Map(all.map((one) => [one.service.name, partOfServiceLimits(one)]))),
  ],
  tmp: ['tmp', asItIs],
  dev: ['dev', asItIs],
  proc: ['proc', asItIs],
  terminal: ['terminal', (terminal) => terminal || undefined],
  systemCalls: ['system_calls', (names) => (names.length === 0 ? undefined : names)],
  promise: ['promise', asItIs],
  // Rules of files, too.
  rules: ['rules', (rules) => (rules.length === 0 ? undefined : rules.map(printAnyRule))],
  crashGuard: [
    'crash_guard',
    (guard) =>
      guard && mapOf({ crashes: guard.crashes, within: `${guard.within}ms`, pause: `${guard.pause}ms` }),
  ],
  rulesState: ['rules_state', (state) => (state === 'sealed' ? undefined : state)],
  descriptors: [
    'descriptors',
    (all) => unlessEmpty(new Map([...all].map(([number, resource]) => [number, partOfResource(resource)]))),
  ],
  listenFds: ['listen_fds', (told) => told || undefined],
  executables: [
    'executables',
    (grant) =>
      grant &&
      mapOf({
        checksums: grant.list,
        refuse: grant.refuse.length === 0 ? undefined : grant.refuse,
        trusted: grant.trusted || undefined,
      }),
  ],
  given: undefined,
};

const writers: Writers<Omit<CommandParts, 'linux'>> = {
  arguments: ['arguments', (words) => (words.length === 0 ? undefined : words)],
  environment: ['environment', (variables) => unlessEmpty(variables)],
  stdin: ['stdin', (stream) => stream && partOfResource(stream)],
  stdout: ['stdout', (stream) => stream && partOfResource(stream)],
  stderr: ['stderr', (stream) => stream && partOfResource(stream)],
  directories: ['directories', partOfFiles],
  limits: ['limits', partOfLimits],
  limitsGiven: undefined,
  // Everything in them stands in the other keys.
  sources: undefined,
  spelling: undefined,
  position: undefined,
};

/**
 * Prints a command as the document that grants the same. Paths are printed as they were written.
 *
 * @throws UnspeakableError for what no document can say, such as a path that is not UTF-8.
 */
export function printCommand(parts: CommandParts): string {
  const { linux, ...others } = parts;
  const map = new Map([...partsOf(linuxWriters, linux), ...partsOf(writers, others)]);
  return map.size === 0 ? '!command {}\n' : `!command\n${printBlock(map)}`;
}

function partsOf<Parts extends object>(
  table: Writers<Parts>,
  parts: Parts,
): readonly (readonly [string, YamlPart])[] {
  const names = Object.keys(table) as (keyof Parts)[];
  return names.flatMap((name) => {
    const row = table[name];
    const part = row?.[1](parts[name]);
    return row === undefined || part === undefined ? [] : [[row[0], part] as const];
  });
}

function partOfFiles(files: ReadonlyMap<string, FileResource>): YamlPart | undefined {
  return unlessEmpty(new Map([...files].map(([at, file]) => [at, partOfResource(file)])));
}

function unlessEmpty<Part extends ReadonlyMap<string | number, YamlPart>>(map: Part): Part | undefined {
  return map.size === 0 ? undefined : map;
}

function partOfLimits(limits: Limits): YamlPart | undefined {
  const { memory, wallClock, threads, processes, cpus, cpuTime, openFiles, fileSize, changes } = limits;
  const time = (milliseconds: number | undefined): string | undefined =>
    milliseconds === undefined ? undefined : `${milliseconds}ms`;
  return unlessEmpty(
    mapOf({
      memory,
      wall_clock: time(wallClock),
      threads,
      processes,
      cpus,
      cpu_time: time(cpuTime),
      open_files: openFiles,
      file_size: fileSize,
      changes,
    }),
  );
}
