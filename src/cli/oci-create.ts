import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createContainer } from '../oci/create.ts';
import { runLateHooks } from '../oci/late-hooks.ts';
import { installProgram, runNative } from '../oci/native-program.ts';
import { OciError } from '../oci/oci-error.ts';
import { type OciGlobal, onlyId, readCount, warnTo } from './oci-options.ts';

/** `create`. */
export function createCommand(global: OciGlobal, argv: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      bundle: { type: 'string', short: 'b' },
      'console-socket': { type: 'string' },
      'pid-file': { type: 'string' },
      'preserve-fds': { type: 'string' },
      // There is always a keyring of its own, and the root is always entered by pivot_root(2).
      'no-new-keyring': { type: 'boolean' },
    },
  });
  if (process.geteuid?.() !== 0) throw new OciError('containers are made by root: start the engine as root');
  createContainer({
    states: global.states,
    id: onlyId(positionals),
    bundle: values.bundle ?? '.',
    pidFile: values['pid-file'],
    consoleSocket: values['console-socket'],
    preserved: readCount('preserve-fds', values['preserve-fds']),
    warn: warnTo(global),
  });
  return 0;
}

/** `install`: writes the native program that engines are told of. */
export function installCommand({ script }: OciGlobal, argv: readonly string[]): number {
  const [path, ...more] = argv;
  if (path === undefined || more.length > 0)
    throw new OciError('install needs the path of the file to write, such as /usr/local/bin/cloudabi-oci');
  installProgram(resolve(path), resolve(script));
  return 0;
}

/** `run-hooks`: the rest of `start` and `delete` of a container with hooks, which the native program leaves to us. */
export function startLateHooks(global: OciGlobal, [point, id]: readonly string[]): number {
  if ((point !== 'poststart' && point !== 'poststop') || id === undefined)
    throw new OciError('run-hooks is for the native program alone');
  let status = 0;
  runLateHooks(global.states, id, point, warnTo(global), () => {
    const options = global.argv.slice(0, global.argv.indexOf('run-hooks'));
    if (point === 'poststop')
      status = runNative([...options, 'delete', '--force', '--without-hooks', id], global.script);
  });
  return status;
}
