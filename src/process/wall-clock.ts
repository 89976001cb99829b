/** Node's timers cannot wait longer, in milliseconds. */
const LONGEST_TIMER = 0x7fffffff;

/**
 * Calls a function when a limit on time is reached.
 *
 * @param limit Milliseconds, any number of them; `undefined` for no limit.
 * @returns Calls it off.
 */
export function atLimit(limit: number | undefined, reached: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (left: number): void => {
    const now = Math.min(left, LONGEST_TIMER);
    timer = setTimeout(() => (left > now ? wait(left - now) : reached()), now);
  };
  if (limit !== undefined) wait(limit);
  return () => clearTimeout(timer);
}
