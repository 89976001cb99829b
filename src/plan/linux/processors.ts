import { readFileSync } from 'node:fs';

/**
 * Chooses the processors on which a program runs that may use the time of `cpus` of them: as many whole ones as that
 * takes, among those that this process may use, beginning anywhere, so that programs do not crowd on the first ones.
 *
 * @returns `undefined` when that is all of them, or they cannot be told.
 */
export function chooseProcessors(cpus: number | undefined): readonly number[] | undefined {
  if (cpus === undefined) return undefined;
  const all = allowedProcessors();
  const count = Math.max(1, Math.ceil(cpus));
  if (count >= all.length) return undefined;
  const first = Math.floor(Math.random() * all.length);
  return [...all, ...all].slice(first, first + count).toSorted((a, b) => a - b);
}

/** A list such as `0-3,8` (proc_pid_status(5)). */
function allowedProcessors(): number[] {
  let text: string;
  try {
    text = readFileSync('/proc/self/status', 'latin1');
  } catch {
    return [];
  }
  const ranges = /^Cpus_allowed_list:\s*(\S+)$/m.exec(text)?.[1]?.split(',') ?? [];
  return ranges.flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
