import { deepStrictEqual, ok } from 'node:assert/strict';
import { formatAddress, type IpAddress, parseAddress } from '../../src/network/address.ts';
import { decide, decideAddresses } from '../../src/network/decide.ts';
import { describeDenial, remedyOption, remedyYaml } from '../../src/network/describe-denial.ts';
import { parseException, parseRule } from '../../src/network/parse-rule.ts';
import { printException, printRule } from '../../src/network/print-rule.ts';
import type { NetworkException, NetworkRule } from '../../src/network/rule.ts';
import type { Attempt } from '../../src/network/verdict.ts';
import { type Target, textOf } from '../target.ts';

/** Addresses that a name may lead to, and the classes that have to be granted for them. */
const inner = [
  '127.0.0.1',
  '10.1.2.3',
  '169.254.1.1',
  '169.254.169.254',
  '0.0.0.0',
  '::1',
  'fd00::1',
  '::ffff:10.1.2.3',
  '64:ff9b::7f00:1',
].map((text): IpAddress => parseAddress(text) ?? { family: 'ipv4', bytes: [0, 0, 0, 0] });

const names = [
  'example.org',
  'a.example.org',
  'a.b.example.org',
  'org',
  'localhost',
  'xn--bcher-kva.example',
];

/** Rules and, behind an exclamation mark, exceptions; one in a line. */
export const rules: Target = {
  name: 'rules',
  promise:
    'a line is refused with a place in it, or survives printing; no rule for names or all addresses leads inside',
  words: [
    '*.',
    '**.',
    'example',
    '.org',
    ':443',
    ':80,443',
    ':1-65535',
    '/udp',
    '/tcp',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '[::]/0',
    '[2001:db8::1]',
    'public',
    'private',
    'loopback',
    'link-local',
    'metadata',
    'localhost',
    '0x7f.1',
    '2130706433',
    '[::ffff:127.0.0.1]',
    'b\u00fccher',
    'xn--',
    '\n!',
    '\n',
    '\0',
    'https://',
  ],
  maximumLength: 400,
  run(bytes) {
    const allow: NetworkRule[] = [];
    const except: NetworkException[] = [];
    for (const line of textOf(bytes).split('\n')) {
      if (line.startsWith('!')) {
        const exception = checked(line.slice(1), parseException, printException);
        if (exception !== undefined) except.push(exception);
      } else {
        const rule = checked(line, parseRule, printRule);
        if (rule !== undefined) allow.push(rule);
      }
    }
    for (const port of [80, 443]) {
      for (const name of names)
        checkName(allow, except, { host: { kind: 'name', name }, port, protocol: 'tcp' });
      for (const address of inner) checkAddress(allow, except, address, port);
    }
  },
};

/** Reads a line; it prints to what reads as the same. */
function checked<Rule>(
  line: string,
  parse: (text: string) => {
    readonly value?: Rule | undefined;
    readonly problem?: { readonly message: string; readonly start: number; readonly end: number } | undefined;
  },
  print: (rule: Rule) => string,
): Rule | undefined {
  const { value, problem } = parse(line);
  if (problem !== undefined) {
    ok(0 <= problem.start && problem.start <= problem.end && problem.end <= line.length);
    ok(!/\p{C}/u.test(problem.message), problem.message);
    return undefined;
  }
  if (value === undefined) throw new Error('Neither a value nor a problem');
  deepStrictEqual(parse(print(value)).value, value);
  return value;
}

/** A name is granted by a rule that is about it, and leads to no address inside that no rule is about. */
function checkName(
  allow: readonly NetworkRule[],
  except: readonly NetworkException[],
  attempt: Attempt,
): void {
  const verdict = decide({ allow, except }, attempt);
  if (verdict.kind === 'refused') {
    for (const text of [
      describeDenial(verdict.denial),
      remedyOption(verdict.remedy),
      remedyYaml(verdict.remedy),
    ])
      ok(text === undefined || !/\p{C}/u.test(text));
    return;
  }
  if (verdict.kind !== 'resolve') return;
  ok(!allow.every(({ host }) => host.kind === 'prefix' || host.kind === 'localhost'));
  for (const address of inner) {
    const found = decideAddresses({ allow, except }, attempt, verdict.rule, [address]);
    if (found.kind === 'allowed')
      ok(
        allow.some((rule) => isAbout(rule, address)),
        formatAddress(address),
      );
  }
}

function checkAddress(
  allow: readonly NetworkRule[],
  except: readonly NetworkException[],
  address: IpAddress,
  port: number,
): void {
  const verdict = decide({ allow, except }, { host: { kind: 'address', address }, port, protocol: 'tcp' });
  if (verdict.kind !== 'refused')
    ok(
      allow.some((rule) => isAbout(rule, address)),
      formatAddress(address),
    );
}

/** Tells whether a rule may be about an address inside: it names such a class, or a short range of addresses. */
function isAbout({ host }: NetworkRule, address: IpAddress): boolean {
  if (host.kind === 'class') return host.name !== 'public';
  if (host.kind === 'localhost') return /^(?:127\.0\.0\.1|::1)$/.test(formatAddress(address));
  return host.kind === 'prefix' && host.prefix.bits >= 7;
}
