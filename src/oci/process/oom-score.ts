import { readFileSync, writeFileSync } from 'node:fs';
import { mayRaiseLimits, type Warn } from './clamp-limits.ts';

/**
 * Sets how soon a process is killed when memory runs out (proc_pid_oom_score_adj(5)). Without CAP_SYS_RESOURCE it can only
 * be raised.
 *
 * @throws Error of Node
 */
export function setOomScore(pid: number, asked: number | undefined, warn: Warn): void {
  if (asked === undefined) return;
  const path = `/proc/${pid}/oom_score_adj`;
  let score = asked;
  if (!mayRaiseLimits()) {
    const own = Number(readFileSync(path, 'latin1'));
    if (asked < own) {
      warn(`oomScoreAdj is ${own} instead of ${asked}: this runtime may not lower it`);
      score = own;
    }
  }
  writeFileSync(path, String(score));
}
