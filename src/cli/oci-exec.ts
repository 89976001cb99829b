import { parseArgs } from 'node:util';
import { execInContainer } from '../oci/exec-process.ts';
import { OciError } from '../oci/oci-error.ts';
import { endOfOptions, type OciGlobal, readCount, warnTo } from './oci-options.ts';

/** Options with a value. */
const withValue = [
  '--process',
  '-p',
  '--console-socket',
  '--pid-file',
  '--preserve-fds',
  '--cwd',
  '--env',
  '-e',
  '--user',
  '-u',
];

/** `exec`. */
export function ociExecCommand(global: OciGlobal, argv: readonly string[]): number {
  const end = endOfOptions(argv, withValue);
  const { values } = parseArgs({
    args: argv.slice(0, end),
    options: {
      process: { type: 'string', short: 'p' },
      'console-socket': { type: 'string' },
      'pid-file': { type: 'string' },
      'preserve-fds': { type: 'string' },
      detach: { type: 'boolean', short: 'd' },
      tty: { type: 'boolean', short: 't' },
      cwd: { type: 'string' },
      env: { type: 'string', short: 'e', multiple: true },
      user: { type: 'string', short: 'u' },
    },
  });
  const [id, ...words] = argv.slice(end);
  if (id === undefined) throw new OciError('expected the id of a container');
  if (values.process === undefined && words.length === 0) throw new OciError('expected a program to start');
  const status = execInContainer({
    states: global.states,
    id,
    process:
      values.process === undefined
        ? {
            arguments: words,
            terminal: values.tty ?? false,
            workingDirectory: values.cwd,
            environment: values.env ?? [],
            user: values.user,
          }
        : { file: values.process },
    pidFile: values['pid-file'],
    consoleSocket: values['console-socket'],
    detach: values.detach ?? false,
    preserved: readCount('preserve-fds', values['preserve-fds']),
    warn: warnTo(global),
  });
  if (status === undefined) return 0;
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}
