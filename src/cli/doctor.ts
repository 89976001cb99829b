import type { Command } from 'commander';
import { requireProc } from '../host/around.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { canRun, checkHost, type HostCheck } from '../run/host-check.ts';
import { printable } from '../text/printable.ts';
import { checkNativeCompiler } from './native-compiler.ts';
import { coloured, printJsonValue } from './output.ts';

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';

/** Adds `cloudabi doctor`: the limits that this host can enforce. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('test which limits this host can enforce')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExit status: 0 when programs can be run, ${ExitStatus.mechanism} when not.`)
    .action(({ json }: { json?: true }) => {
      requireProc();
      const checks = [...checkHost(), checkNativeCompiler()];
      const runs = canRun(checks);
      if (json) printJsonValue({ canRun: runs, checks });
      // Its cells are made fit one by one, because some have colours.
      else process.stdout.write(`${table(checks, runs)}\n`);
      process.exitCode = runs ? 0 : ExitStatus.mechanism;
    });
}

function table(checks: readonly HostCheck[], runs: boolean): string {
  const hasColours = process.stdout.isTTY && !process.env['NO_COLOR'];
  const lines = checks.map(({ name, ok, need, detail, purpose }) => {
    const word = ok ? 'ok' : need === 'optional' ? 'no' : 'MISSING';
    const colour = ok ? GREEN : need === 'optional' ? YELLOW : RED;
    const padded = word.padEnd(8);
    return `${name.padEnd(12)}${coloured(hasColours ? colour : undefined, padded)}${printable(detail)}\n${' '.repeat(20)}${purpose}`;
  });
  return [...lines, '', verdict(checks, runs)].join('\n');
}

function verdict(checks: readonly HostCheck[], runs: boolean): string {
  if (runs) return 'Programs can be run on this host, with all limits enforced.';
  const missing = checks.filter(({ ok, need }) => !ok && need !== 'optional');
  const required = missing.filter(({ need }) => need === 'required');
  if (required.length > 0) {
    return `Programs cannot be run on this host: ${required.map(({ name }) => name).join(', ')} does not work.`;
  }
  const options = missing.map(({ name }) => `--accept-missing ${name}`).join(' ');
  return `Programs run on this host only with ${options}, and less well confined.`;
}
