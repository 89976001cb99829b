import { spawnSync } from 'node:child_process';
import { foundPeers, noteAbsent } from './peers.ts';
import type { Measured, Result } from './report.ts';

const NOBODY = 65534;

/**
 * Runs a benchmark of this folder again, in brief, as an ordinary user, where root has begun it, and returns its results with
 * the user in front of each work. None, and noted as absent, where that user cannot read the checkout.
 */
export function asOrdinaryUser(script: string, turns: number): Result[] {
  if (process.getuid?.() !== 0) return [];
  const user = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  const { status, stdout } = spawnSync(
    'setpriv',
    [...user, process.execPath, script, '--brief', '--turns', `${turns}`],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status !== 0) {
    noteAbsent('an ordinary user', 'cannot run Node or read this checkout');
    return [];
  }
  // The benchmark's own output.
  const { results, absent } = JSON.parse(stdout) as Measured;
  for (const [name, reason] of Object.entries(absent))
    if (foundPeers().absent[name] === undefined) noteAbsent(`${name} for an ordinary user`, reason);
  return results.map((result) => ({ ...result, work: `ordinary user, ${result.work}` }));
}
