import { MSG_FASTOPEN } from '../linux/sockets.ts';
import type { CallCategory, PlacedCallRule } from '../policy/call-rule.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import type { Answer, FilterRule } from '../walls/call-filter.ts';

/* Rules about calls as those of a filter. They only take away: a call that they allow is left to what stands behind them. */

/** A set bit of an argument. */
function has(argument: number, bit: number): ArgumentTest {
  return { argument, is: 'masked', mask: bit, value: bit };
}

/** The calls of each category, as far as a filter tells them apart. */
const calls: Readonly<Record<CallCategory, readonly Omit<FilterRule, 'answer'>[]>> = {
  ioctl: [{ call: 'ioctl' }],
  // A TCP socket that listens without an address gets one.
  'net/bind': [{ call: 'bind' }, { call: 'listen' }],
  // Sending opens a connection with this flag (TCP Fast Open, RFC 7413).
  'net/connect': [
    { call: 'connect' },
    { call: 'sendto', when: [has(3, MSG_FASTOPEN)] },
    { call: 'sendmsg', when: [has(2, MSG_FASTOPEN)] },
    { call: 'sendmmsg', when: [has(3, MSG_FASTOPEN)] },
  ],
  'net/accept': [{ call: 'accept' }, { call: 'accept4' }],
};

/** Makes rules of a filter out of rules about calls: those of each kind of access in their order, and the first decides. */
export function ruledCalls(rules: readonly PlacedCallRule[]): readonly FilterRule[] {
  const made: FilterRule[] = [];
  for (const category of ['ioctl', 'net/bind', 'net/connect', 'net/accept'] as const) {
    const own = rules.filter(({ categories }) => categories.includes(category));
    const allowed = new Set<number>();
    for (const { action, requests } of own) {
      if (action.kind === 'allow') {
        // All others are left to the grants.
        if (requests === 'all') break;
        for (const number of requests) allowed.add(number);
        continue;
      }
      const answer: Answer = action.kind === 'kill' ? 'kill' : action.errno;
      const left = requests === 'all' ? requests : requests.filter((number) => !allowed.has(number));
      if (left.length === 0) continue;
      const test = testOf(left, [...allowed]);
      for (const { call, when = [] } of calls[category])
        made.push({ call, when: [...when, ...test], answer });
      if (requests === 'all') break;
    }
  }
  return made;
}

/** The request is argument 1 of ioctl(2), of which the kernel looks at 32 bits, as the filter does. */
function testOf(requests: PlacedCallRule['requests'], allowed: readonly number[]): readonly ArgumentTest[] {
  if (requests !== 'all') return [{ argument: 1, is: 'one of', values: requests }];
  return allowed.length === 0 ? [] : [{ argument: 1, is: 'none of', values: allowed }];
}
