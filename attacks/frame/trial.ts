import type { Attempt } from './corpus.ts';
import { type Observation, type Runner, type World, worldsOf } from './runner.ts';

/** Result of an attempt in a world. */
export type Trial = {
  readonly attempt: Attempt;
  /** Name of the world, or `unconfined`. */
  readonly world: string;
  /**
   * `held`: refused as expected, and the twin works. `gave way`: anything else. `proven`: works without walls.
   * `unproven`: the host itself refuses it. `skipped`: cannot be tried on this host.
   */
  readonly verdict: 'held' | 'gave way' | 'proven' | 'unproven' | 'skipped';
  /** One line: what was answered, and what is wrong with it. */
  readonly detail: string;
};

/** Answers by which a host refuses to people without walls, too: it has no such thing, or keeps it to itself. */
const HOST_REFUSES = ['EPERM', 'ENOSYS', 'EACCES', 'EAFNOSUPPORT', 'EOPNOTSUPP', 'ENODEV'];

/** Makes an attempt in all its worlds, and without walls where it says that it works there. */
export async function tryAttempt(attempt: Attempt, runner: Runner): Promise<readonly Trial[]> {
  return Promise.all(
    worldsOf(attempt, runner).flatMap((world) => [
      confined(attempt, runner, world),
      ...(provable(attempt, world) ? [unconfined(attempt, runner, world)] : []),
    ]),
  );
}

function provable({ unconfined }: Attempt, { proves, root }: World): boolean {
  return proves && unconfined.works && (root || unconfined.only !== 'root');
}

/** The end of an attempt that the limit of its runner has stopped. It has shown nothing, neither a hole nor a wall. */
const STOPPED = 'limit-wall_clock';

async function confined(attempt: Attempt, runner: Runner, { name: world }: World): Promise<Trial> {
  let seen = await runner.run(attempt, world);
  if (
    seen.kind === 'seen' &&
    seen.attempt === STOPPED &&
    seen.evidence.length === 0 &&
    !attempt.refused.includes(STOPPED)
  ) {
    console.error(`${attempt.name} did not end in ${world}, and is made once more${printed(seen)}`);
    seen = await runner.run(attempt, world);
  }
  if (seen.kind === 'skipped') return { attempt, world, verdict: 'skipped', detail: seen.reason };
  const wrong = wrongs(attempt, seen);
  if (wrong.length === 0) return { attempt, world, verdict: 'held', detail: seen.attempt };
  return { attempt, world, verdict: 'gave way', detail: `${wrong.join('; ')}${printed(seen)}` };
}

function wrongs({ refused }: Attempt, seen: Extract<Observation, { kind: 'seen' }>): string[] {
  const wrong = [...seen.evidence];
  if (!refused.includes(seen.attempt))
    wrong.push(`the attempt was answered '${seen.attempt}', not '${refused.join("' or '")}'`);
  if (seen.twin !== 'ok') wrong.push(`the twin was answered '${seen.twin}', not 'ok'`);
  return wrong;
}

async function unconfined(attempt: Attempt, runner: Runner, { name }: World): Promise<Trial> {
  const seen = await runner.runUnconfined(attempt, name);
  const world = `unconfined-${name}`;
  if (seen.kind === 'skipped') return { attempt, world, verdict: 'skipped', detail: seen.reason };
  if (seen.attempt === 'ok') return { attempt, world, verdict: 'proven', detail: 'ok' };
  const detail = `without walls, the attempt was answered '${seen.attempt}'`;
  if (HOST_REFUSES.includes(seen.attempt)) return { attempt, world, verdict: 'unproven', detail };
  return { attempt, world, verdict: 'gave way', detail: `${detail}, not 'ok'${printed(seen)}` };
}

function printed({ output }: Extract<Observation, { kind: 'seen' }>): string {
  const text = output.trim();
  return text === '' ? '' : ` (it printed ${JSON.stringify(text.slice(0, 4000))})`;
}
