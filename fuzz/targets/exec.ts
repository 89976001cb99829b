import { execOptions } from '../../src/cli/exec.ts';
import { type ParsedOptions, parseOptions } from '../../src/cli/options.ts';
import { planExec } from '../../src/cli/plan-exec.ts';
import { readServiceOptions } from '../../src/cli/service-option.ts';
import { describeList } from '../../src/host/processes/call-list-text.ts';
import { LIST_ADDRESS } from '../../src/host/processes/launch-stub.ts';
import { codeOf } from '../../src/plan/errors.ts';
import { describePlan, planToJson } from '../../src/plan/explain.ts';
import type { Plan } from '../../src/plan/plan-types.ts';
import { statusOfCode } from '../../src/process/exit-reason.ts';
import { ExitStatus } from '../../src/process/exit-status.ts';
import { includeInOptions } from '../../src/profiles/command.ts';
import { systemCallsOf } from '../../src/run/linux/explained-calls.ts';
import { type Target, textOf } from '../target.ts';
import { checkList } from './lists/decode.ts';

/** Command lines of `cloudabi exec`, from their words to the system calls of a start; lines are their arguments. */
export const exec: Target = {
  name: 'exec',
  promise: 'a command line is a mistake that is explained, or a plan whose list of system calls reads back',
  words: [
    ...execOptions.map(({ name, value }) => (value === undefined ? `${name}\n` : `${name}=`)),
    '--\n',
    'examples/hello/hello.wasm\n',
    '/bin/true\n',
    '/bin/sh\n',
    '/usr/bin/env\n',
    'examples:/x\n',
    'examples\n',
    '/tmp\n',
    '/\n',
    ':',
    '..',
    'system\n',
    'minimal\n',
    'none\n',
    'host\n',
    'loopback\n',
    '8080:80\n',
    '80\n',
    'memory=64MiB\n',
    'wall_clock=10s\n',
    'processes=3\n',
    'cpus=1.5\n',
    'open_files=256\n',
    'file_size=1GiB\n',
    'A=b\n',
    'unix:',
    '127.0.0.1:0\n',
    'ptrace\n',
    'seccomp\n',
    'pwd={users: [root]}\n',
    'syslog\n',
    'landlock\n',
    'x'.repeat(256),
    '__proto__',
  ],
  maximumLength: 1024,
  run(bytes) {
    // No argument can have a NUL in it.
    const argv = textOf(bytes).replaceAll('\0', '0').split('\n');
    const plan = planned(() => planWith(parseOptions(argv, execOptions)));
    if (plan === undefined) return;
    checkLines(describePlan(plan));
    JSON.stringify(planToJson(plan));
    if (plan.kind !== 'linux') return;
    for (const walls of ['all', 'landlock'] as const) {
      const list = planned(() => systemCallsOf(plan, walls));
      if (list === undefined) continue;
      checkList(list, LIST_ADDRESS);
      checkLines(describeList(list).join('\n'));
    }
  },
};

/** Runs code that may fail with a mistake of the user's. */
function planned<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || statusOfCode(code) === ExitStatus.bug) throw error;
    return undefined;
  }
}

function checkLines(text: string): void {
  for (const line of text.split('\n'))
    if (/\p{C}/u.test(line)) throw new Error(`${JSON.stringify(line)} has control characters`);
}

function planWith(given: ParsedOptions): Plan {
  const services = given.has('--service') ? readServiceOptions(given) : undefined;
  return planExec('cloudabi exec', given, { include: includeInOptions, services });
}
