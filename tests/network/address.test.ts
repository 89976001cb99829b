import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addressOfBytes, formatAddress, formatHost, parseAddress } from '../../src/network/address.ts';
import { type AddressClass, classOf } from '../../src/network/address-class.ts';
import { contains, formatPrefix, prefix, prefixOf } from '../../src/network/prefix.ts';
import fc from '../frame/properties.ts';

const address = (text: string) => parseAddress(text) ?? assert.fail(`${text} is no address`);

test('an address is read as its four numbers or its groups and no other way', () => {
  assert.deepEqual(address('10.1.2.255').bytes, [10, 1, 2, 255]);
  assert.deepEqual(address('::1').bytes, [...Array(15).fill(0), 1]);
  assert.equal(formatAddress(address('2001:DB8:0:0:1:0:0:1')), '2001:db8::1:0:0:1');
  assert.equal(formatAddress(address('::FFFF:127.0.0.1')), '::ffff:127.0.0.1');
  assert.equal(formatHost(address('::')), '[::]');
  const none =
    '127.1,0x7f.0.0.1,0177.0.0.1,127.0.0.01,2130706433,1.2.3,1.2.3.4.5,256.1.1.1,1.2.3.4 ,:::,1::2::3';
  const more = '::ffff:1.2.3,fe80::1%lo,1:2:3:4:5:6:7,1:2:3:4:5:6:7:8:9,12345::,::1.2.3.4:5,,1.2.3.4\0';
  for (const text of `${none},${more}`.split(',')) assert.equal(parseAddress(text), undefined, text);
});

test('each address survives printing, and is one for Node as well', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.oneof(bytes, sparse), (given) => {
      const made = addressOfBytes(given);
      const text = formatAddress(made);
      assert.deepEqual(parseAddress(text), made);
      assert.equal(isIP(text), made.family === 'ipv4' ? 4 : 6);
    }),
  );
});

test('texts that are no address for Node are none for us', () => {
  const text = fc.stringMatching(/^[0-9a-f:.]{1,20}$/);
  fc.assert(
    fc.property(text, (given) => {
      assert.equal(parseAddress(given) === undefined, isIP(given) === 0, given);
    }),
  );
});

test('a prefix holds exactly the addresses with the same first bits', () => {
  const ten = prefix('10.0.0.0/8');
  assert.ok(contains(ten, address('10.255.0.1')) && !contains(ten, address('11.0.0.0')));
  const odd = prefix('192.168.128.0/17');
  assert.ok(contains(odd, address('192.168.128.0')) && !contains(odd, address('192.168.127.255')));
  assert.ok(contains(prefix('::/0'), address('ffff::1')) && !contains(prefix('::/0'), address('1.2.3.4')));
  assert.equal(formatPrefix(prefixOf(address('2001:db8::1'), 32)), '[2001:db8::]/32');
});

test('every address has the class that its registry says', () => {
  const classes: Readonly<Record<AddressClass, string>> = {
    public: '8.8.8.8 1.1.1.1 172.32.0.1 100.128.0.1 169.253.1.1 2606:4700::1 2001:4860::8888',
    private:
      '10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 100.100.100.199 fd00::1 fc00::1 fec0::1',
    loopback: '127.0.0.1 127.255.255.255 ::1',
    'link-local': '169.254.0.1 fe80::1 febf::1',
    metadata:
      '169.254.169.254 169.254.170.2 100.100.100.200 192.0.0.192 168.63.129.16 fd00:ec2::254 fd20:ce::254',
    multicast: '224.0.0.1 239.255.255.255 ff02::1',
    reserved:
      '0.0.0.0 0.1.2.3 192.0.2.1 198.18.0.1 198.19.255.255 203.0.113.9 240.0.0.1 255.255.255.255 :: 2001:db8::1',
  };
  for (const [name, texts] of Object.entries(classes)) {
    for (const text of texts.split(' ')) assert.equal(classOf(address(text)), name, text);
  }
});

test('an address that holds another one is no better than that one', () => {
  const forms = (dotted: string): readonly string[] => {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
    const [high, low] = [(a << 8) | b, (c << 8) | d].map((group) => group.toString(16));
    const inverted = [((a << 8) | b) ^ 0xffff, ((c << 8) | d) ^ 0xffff].map((group) => group.toString(16));
    return [
      `::ffff:${dotted}`,
      `64:ff9b::${dotted}`,
      `::ffff:0:${dotted}`,
      `2002:${high}:${low}::1`,
      `2001:0:0808:0808::${inverted.join(':')}`,
      `2001:0:${high}:${low}::f7f7:f7f7`,
      `2606:4700::5efe:${dotted}`,
      `2606:4700::200:5efe:${dotted}`,
      ...(dotted.startsWith('0.') ? [] : [`::${dotted}`]),
    ];
  };
  const inner = {
    '10.0.0.1': 'private',
    '127.0.0.1': 'loopback',
    '169.254.169.254': 'metadata',
    '169.254.1.1': 'link-local',
    '0.0.0.0': 'reserved',
  };
  for (const [dotted, name] of Object.entries(inner))
    for (const form of forms(dotted)) assert.equal(classOf(address(form)), name, form);
  for (const outer of ['64:ff9b:1::', 'fd00::5efe:', 'fe80::5efe:'])
    assert.equal(classOf(address(`${outer}169.254.169.254`)), 'metadata', outer);
  for (const form of forms('8.8.8.8')) assert.equal(classOf(address(form)), 'public', form);
});

test('no rule of ours reads a file or asks the network: the room has no imports that could', async () => {
  const { readdirSync, readFileSync } = await import('node:fs');
  const room = fileURLToPath(new URL('../../../src/network/', import.meta.url));
  for (const name of readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((one) =>
    one.endsWith('.ts'),
  )) {
    for (const [, from = ''] of readFileSync(`${room}/${name}`, 'utf8').matchAll(/from '(node:[^']+)'/g))
      assert.equal(from, 'node:url', name);
  }
});
