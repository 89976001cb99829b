// Runs our command at a terminal of its own, which Python's pty module makes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { executable } from './commands.ts';

const PYTHON = '/usr/bin/python3';

/** The reason why no terminal can be made; false when one can. */
export const noTerminal: string | false = !existsSync(PYTHON) && 'needs the package python3';

/** Types an answer when a text has been shown; prints all that was shown, and the status in the last line. */
const DRIVER = `
import os, pty, sys
before, until, answer, *arguments = sys.argv[1:]
child, terminal = pty.fork()
if child == 0: os.execvp(arguments[0], arguments)
if before: os.write(terminal, before.encode())
seen = b''
asked = False
while True:
    try: part = os.read(terminal, 65536)
    except OSError: break
    if not part: break
    seen += part
    if not asked and until.encode() in seen:
        asked = True
        os.write(terminal, answer.encode())
_, status = os.waitpid(child, 0)
sys.stdout.write(seen.decode() + '\\n' + str(os.waitstatus_to_exitcode(status)))
`;

/** Text that is typed: `before` at the start, `answer` when the terminal has shown `until`. */
export type Typed = { readonly before?: string; readonly until: string; readonly answer: string };

/** Runs `cloudabi` at a terminal. */
export function atTerminal(
  args: readonly string[],
  { before = '', until, answer }: Typed,
  cwd: string,
): { readonly shown: string; readonly status: number } {
  const { stdout, stderr } = spawnSync(
    PYTHON,
    ['-c', DRIVER, before, until, answer, process.execPath, '--', executable('cloudabi'), ...args],
    { cwd, encoding: 'utf8', timeout: 300_000 },
  );
  if (stderr !== '') throw new Error(stderr);
  const end = stdout.lastIndexOf('\n');
  return {
    shown: stdout.slice(0, end).replaceAll('\r', '').trimEnd(),
    status: Number(stdout.slice(end + 1)),
  };
}
