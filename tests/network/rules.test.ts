import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseException, parseRule } from '../../src/network/parse-rule.ts';
import { printException, printRule } from '../../src/network/print-rule.ts';
import fc from '../frame/properties.ts';

const print = (text: string): string => {
  const parsed = parseRule(text);
  return parsed.problem ? assert.fail(parsed.problem.message) : printRule(parsed.value);
};
const problem = (text: string) => parseRule(text).problem ?? assert.fail(`${text} is a rule`);

test('every kind of rule survives printing', () => {
  const rules = {
    'registry.example.org:443': undefined,
    'Registry.Example.org.:443/TCP': 'registry.example.org:443',
    '*.example.org:80,443': undefined,
    '**.example.org:8000-8010': undefined,
    '10.1.2.3:22': undefined,
    '10.1.2.3/32:22': '10.1.2.3:22',
    '10.0.0.0/8:53/udp': undefined,
    '[2001:DB8::1]:443': '[2001:db8::1]:443',
    '[2001:db8::]/32:443/udp': undefined,
    '0.0.0.0/0:443': undefined,
    'public:443': undefined,
    'PRIVATE:443': 'private:443',
    'metadata:80': undefined,
    'link-local:80': undefined,
    'loopback:1-65535': undefined,
    'localhost:5432': undefined,
    'db:5432': undefined,
    'bücher.example:443': 'xn--bcher-kva.example:443',
    'a.example:443,80,444,80-90': 'a.example:80-90,443-444',
  };
  for (const [text, printed] of Object.entries(rules)) assert.equal(print(text), printed ?? text);
});

test('a mistake names its place and the way to mend it', () => {
  const mistakes: readonly (readonly [string, RegExp, string])[] = [
    ['registry.example.org', /write for example 'registry\.example\.org:443'/, ''],
    ['registry.example.org/udp', /'registry\.example\.org:53\/udp'/, '/udp'],
    ['https://api.example.org/v1', /no URL: write 'api\.example\.org:443'/, 'https://api.example.org/v1'],
    ['http://api.example.org:8080', /write 'api\.example\.org:8080'/, 'http://api.example.org:8080'],
    ['*:443', /'public'/, '*'],
    ['**:443', /'public'/, '**'],
    ['a*.example.org:443', /'\*\.' for one label/, 'a*.example.org'],
    ['*.*.example.org:443', /'\*\.' for one label/, '*.*.example.org'],
    ['a.example.org:https', /write '443' instead of 'https'/, 'https'],
    ['a.example.org:80,x,443', /not 'x'/, 'x'],
    ['a.example.org:0', /from 1 to 65535/, '0'],
    ['a.example.org:65536', /from 1 to 65535/, '65536'],
    ['a.example.org:', /A port is missing/, ''],
    ['a.example.org:*', /write '1-65535'/, '*'],
    ['a.example.org:20-10', /write '10-20'/, '20-10'],
    ['a.example.org:443/sctp', /'tcp' or 'udp', not 'sctp'/, 'sctp'],
    ['2001:db8::1', /stands in brackets/, '2001:db8::1'],
    ['2001:db8::/32:443', /stands in brackets/, '2001:db8::/32:443'],
    ['[2001:db8::1:443', /not closed/, '[2001:db8::1:443'],
    ['[fe80::1%eth0]:443', /zones/, '[fe80::1%eth0]'],
    ['[::ffff:127.0.0.1]:80', /write '127\.0\.0\.1'/, '[::ffff:127.0.0.1]'],
    ['10.1.2.3/8:22', /write '10\.0\.0\.0\/8'/, '10.1.2.3/8'],
    ['10.0.0.0/33:22', /from 0 to 32/, '10.0.0.0/33'],
    ['a.example.org/8:22', /no address/, 'a.example.org/8'],
    ['127.1:80', /read it as an address/, '127.1'],
    ['0x7f.1:80', /read it as an address/, '0x7f.1'],
    ['2130706433:80', /read it as an address/, '2130706433'],
    ['0.0.0.0:80', /'localhost'/, '0.0.0.0'],
    ['[::]:80', /'localhost'/, '[::]'],
    ['198.18.1.1:80', /stand for names/, '198.18.1.1'],
    ['[fdcb:ab1:1818:1::5]:80', /stand for names/, '[fdcb:ab1:1818:1::5]'],
    ['app.localhost:80', /write 'localhost'/, 'app.localhost'],
    ['*.localhost:80', /write 'localhost'/, '*.localhost'],
    ['metdata:80', /Did you mean 'metadata'\?.*'metdata\.'/, 'metdata'],
    [':443', /host is missing/, ''],
    ['', /cannot be empty/, ''],
    ['a b:443', /white space/, 'a b'],
    ['a\0b:443', /NUL/, 'a\0b'],
    [`${'a'.repeat(300)}:443`, /300 characters/, 'a'.repeat(300)],
    ['x'.repeat(5000), /at most 1200/, 'x'.repeat(5000)],
  ];
  for (const [text, wanted, place] of mistakes) {
    const { message, start, end } = problem(text);
    assert.match(message, wanted, text);
    assert.equal(text.slice(start, end), place, text);
    assert.doesNotMatch(message, /\p{C}/u);
  }
});

test('a host whose name is near to that of a class is written with a dot at its end', () => {
  assert.equal(print('metdata.:80'), 'metdata.:80');
});

test('an exception without ports is about all of them', () => {
  const whole = parseException('**.ads.example.org');
  assert.ok(!whole.problem && whole.value.all);
  assert.equal(printException(whole.value), '**.ads.example.org');
  const part = parseException('10.0.0.0/8:443/udp');
  assert.ok(!part.problem && !part.value.all);
  assert.equal(printException(part.value), '10.0.0.0/8:443/udp');
  assert.match(parseException('*').problem?.message ?? '', /'public'/);
});

test('every text is a rule that survives printing, or a mistake within the text', () => {
  const part = fc.constantFrom(
    '*',
    '**',
    '.',
    ':',
    '/',
    '[',
    ']',
    '::',
    '443',
    '-',
    ',',
    'udp',
    'example',
    'org',
    '10.0.0.0',
    '8',
    'ü',
    '\0',
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (given) => {
      const parsed = parseRule(given);
      if (parsed.problem) {
        const { message, start, end } = parsed.problem;
        assert.ok(0 <= start && start <= end && end <= given.length, message);
      } else assert.deepEqual(parseRule(printRule(parsed.value)).value, parsed.value);
    }),
    { numRuns: 2000 },
  );
});
