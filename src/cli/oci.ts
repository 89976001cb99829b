import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { USUAL_STATES } from '../oci/container-state.ts';
import { type LogOptions, logLine, printOciError } from '../oci/log.ts';
import { nativeCommands, runNative } from '../oci/native-program.ts';
import { OciError } from '../oci/oci-error.ts';
import { createCommand, installCommand, startLateHooks } from './oci-create.ts';
import { ociExecCommand } from './oci-exec.ts';
import { endOfOptions, type OciCommand } from './oci-options.ts';
import {
  eventsCommand,
  featuresCommand,
  ociExplainCommand,
  pauseCommand,
  psCommand,
  resumeCommand,
  specCommand,
  updateCommand,
} from './oci-others.ts';
import { version } from './version.ts';
import { checkWordsOfNode } from './words-of-node.ts';

/** The commands that are not the native program's. */
const commands: ReadonlyMap<string, OciCommand> = new Map([
  ['create', createCommand],
  ['events', eventsCommand],
  ['exec', ociExecCommand],
  ['explain', ociExplainCommand],
  ['features', featuresCommand],
  ['install', installCommand],
  ['pause', pauseCommand],
  ['ps', psCommand],
  ['resume', resumeCommand],
  ['run-hooks', startLateHooks],
  ['spec', specCommand],
  ['update', updateCommand],
]);

/** Commands that other runtimes have, and the reason why this one does not. */
const refused: ReadonlyMap<string, string> = new Map([
  ['checkpoint', 'a process behind walls cannot be written down and taken up again by CRIU'],
  ['restore', 'there are no checkpoints'],
  ['run', 'engines use create and start'],
  ['list', 'engines know their containers'],
]);

/**
 * `cloudabi-oci`: an OCI runtime on the command line that engines use (runc's).
 *
 * @param script The path of this executable.
 * @returns The exit status.
 */
export function ociMain(argv: readonly string[], script: string): number {
  let log: LogOptions = { path: undefined, format: 'text' };
  try {
    checkWordsOfNode();
    const { values, rest } = readGlobal(argv);
    log = { path: values.log, format: values['log-format'] === 'json' ? 'json' : 'text' };
    if (values.version) {
      process.stdout.write(`cloudabi-oci version ${version()}\nspec: 1.0.2\n`);
      return 0;
    }
    const [name = '', ...words] = rest;
    if (nativeCommands.includes(name)) return runNative(argv, script);
    const reason = refused.get(name);
    if (reason !== undefined) throw new OciError(`${name} is not supported: ${reason}`);
    const command = commands.get(name);
    if (command === undefined)
      throw new OciError(`there is no command '${name}'; there are ${commandNames().join(', ')}`);
    return command({ states: resolve(values.root ?? USUAL_STATES), log, script, argv }, words);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    logLine(log, 'error', message);
    printOciError(message);
    return 1;
  }
}

/** The names of all commands. */
export function commandNames(): readonly string[] {
  return [...commands.keys(), ...nativeCommands].filter((name) => name !== 'run-hooks').toSorted();
}

type GlobalValues = {
  readonly root?: string | undefined;
  readonly log?: string | undefined;
  readonly 'log-format'?: string | undefined;
  readonly version?: boolean | undefined;
};

function readGlobal(argv: readonly string[]): {
  readonly values: GlobalValues;
  readonly rest: readonly string[];
} {
  const at = endOfOptions(argv, ['--root', '--log', '--log-format', '--rootless']);
  const { values } = parseArgs({
    args: argv.slice(0, at),
    options: {
      root: { type: 'string' },
      log: { type: 'string' },
      'log-format': { type: 'string' },
      debug: { type: 'boolean' },
      'systemd-cgroup': { type: 'boolean' },
      rootless: { type: 'string' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  if (values['systemd-cgroup'])
    throw new OciError("--systemd-cgroup is not supported: set the engine's cgroup manager to cgroupfs");
  return { values, rest: argv.slice(at) };
}
