import { MAP_ANONYMOUS, MAP_SHARED } from '../linux/memory.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import type { ArgumentTest } from './argument-test.ts';
import type { Answer, FilterRule } from './call-filter.ts';
import { fcntlCommands, ioctlRequests } from './descriptor-commands.ts';
import { type LimitedDescriptor, type NeededRights, neededRights, type Right } from './descriptor-rights.ts';

/** The treatment of calls on limited descriptors. */
export type LimitRuleOptions = {
  /** The answer to a call that needs a lost right. */
  readonly answer: Answer;
  /** A descriptor that may be put in the place of limited ones; -1 for none. */
  readonly placeholder: number;
  /** True if limited descriptors may be closed and replaced, so that their numbers become those of other files. */
  readonly closable: boolean;
  /** Calls besides those of `neededRights`. */
  readonly more?: NeededRights;
};

/** Calls that make another number for a file. */
const duplications = ['dup', 'dup2', 'dup3'] as const;

/**
 * Makes the rules that withhold the lost rights of limited descriptors, for a filter that lets all else through.
 *
 * @param limited Descriptors by number.
 */
export function limitRules(
  limited: readonly LimitedDescriptor[],
  { answer, placeholder, closable, more = [] }: LimitRuleOptions,
): FilterRule[] {
  const rules: FilterRule[] = [];
  const refuse = (
    call: SystemCall,
    found: readonly LimitedDescriptor[],
    argument: number,
    ...tests: ArgumentTest[]
  ): void => {
    if (found.length === 0) return;
    const values = found.map(({ descriptor }) => descriptor);
    rules.push({ call, when: [{ argument, is: 'one of', values }, ...tests], answer });
  };
  const without = (...wanted: readonly Right[]): LimitedDescriptor[] =>
    limited.filter(({ rights }) => wanted.some((right) => !rights.has(right)));

  for (const [call, ...each] of [...neededRights, ...more]) {
    for (const argument of new Set(each.map(([position]) => position))) {
      const wanted = each.filter(([position]) => position === argument).map(([, right]) => right);
      refuse(call, without(...wanted), argument);
    }
  }
  // A number for the same file of which nothing is known, and the end of one.
  for (const call of closable ? duplications : ([...duplications, 'close'] as const))
    refuse(call, limited, 0);
  if (!closable) {
    refuse('dup2', limited, 1);
    refuse('dup3', limited, 1, { argument: 0, is: 'none of', values: [placeholder] });
  }
  // A mapping can be given any protection later that its descriptor has, so the filter judges the descriptor.
  const file: ArgumentTest = { argument: 3, is: 'masked', mask: MAP_ANONYMOUS, value: 0 };
  // The bit that MAP_SHARED and MAP_SHARED_VALIDATE have, and MAP_PRIVATE lacks.
  const shared: ArgumentTest = { argument: 3, is: 'masked', mask: MAP_SHARED, value: MAP_SHARED };
  refuse('mmap', without('map', 'read'), 4, file);
  refuse(
    'mmap',
    without('write').filter(({ writable }) => writable),
    4,
    file,
    shared,
  );
  for (const [call, all, left] of [
    ['fcntl', Object.values(fcntlCommands), 'fcntls'],
    ['ioctl', Object.values(ioctlRequests), 'ioctls'],
  ] as const) {
    const groups = new Map<string, LimitedDescriptor[]>();
    for (const one of limited) {
      const values = all.filter((value) => one[left]?.has(value) ?? true);
      const key = values.join();
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    for (const [key, found] of groups) {
      const values = key === '' ? [] : key.split(',').map(Number);
      refuse(call, found, 0, { argument: 1, is: 'none of', values });
    }
  }
  return rules;
}
