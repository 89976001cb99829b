import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { oneOf } from '../../src/resources/fields.ts';
import { services } from '../../src/services/table.ts';
import { makeSandbox } from '../frame/resources/sandbox.ts';

const allTags =
  "'!fd', '!file', '!socket', '!pipe', '!shared_memory', '!executable', '!network', '!service', '!process' or '!command'";
const presetList = 'read, write, append, create, remove, execute';

const cases: readonly (readonly [yaml: string, mistake: string])[] = [
  // Tags.
  ['a: !fil x', `1:4 Unknown tag '!fil', expected ${allTags}; did you mean '!file'?`],
  ['a: !zzzzzz x', `1:4 Unknown tag '!zzzzzz', expected ${allTags}`],
  ['- !command', '1:3 Tag !command stands for the whole document, so only at its top'],
  // !fd
  ['!fd 99', '1:1 Descriptor 99 is not open'],
  ['!fd -1', "1:5 !fd expects a descriptor number, 'stdin', 'stdout' or 'stderr', not the int -1"],
  [
    '!fd stdotu',
    "1:5 !fd expects a descriptor number, 'stdin', 'stdout' or 'stderr', not 'stdotu'; did you mean 'stdout'?",
  ],
  ['!fd [1]', "1:5 !fd expects a descriptor number, 'stdin', 'stdout' or 'stderr', not a list"],
  ['!fd 1.5', "1:5 !fd expects a descriptor number, 'stdin', 'stdout' or 'stderr', not the float 1.5"],
  // !executable
  ['!executable x', "1:13 !executable stands alone, without 'x'"],
  // !file
  ['!file f.txt', "1:7 !file expects a map, not 'f.txt'"],
  ['!file { rights: read }', "1:1 !file needs 'path', the path of a file or directory"],
  ['!file { path: 5 }', "1:15 Key 'path' of !file expects a string, not the int 5"],
  ["!file { path: '' }", "1:15 Key 'path' of !file is an empty string"],
  ['!file { path: "a\\0b" }', "1:15 Key 'path' of !file holds a NUL character"],
  ['!file { path: nope }', "1:15 Cannot grant 'nope': no such file or directory"],
  ['!file { path: f.txt/x }', "1:15 Cannot grant 'f.txt/x': not a directory"],
  ['!file { path: f.txt/ }', "1:15 Cannot grant 'f.txt/': not a directory"],
  [
    '!file { path: nope/x, rights: [write, create] }',
    "1:15 Cannot grant 'nope/x': no such directory as 'ROOT/nope' to create it in",
  ],
  [
    '!file { path: new/, rights: [write, create] }',
    "1:15 Cannot grant 'new/': no such directory, and 'create' makes files only",
  ],
  [
    '!file { path: pipe }',
    "1:15 Cannot grant 'pipe': it is a pipe with a name: open it and grant its descriptor",
  ],
  [
    '!file { path: f.txt, right: read }',
    "1:22 Unknown key 'right' in !file, expected 'path', 'rights', 'missing', 'without', 'only', 'overlay' or 'encrypt'; did you mean 'rights'?",
  ],
  [
    '!file { path: f.txt, rights: raed }',
    `1:30 Unknown right 'raed', expected ${presetList} or the name of a CloudABI right; did you mean 'read'?`,
  ],
  [
    '!file { path: f.txt, rights: [read, fd_raed] }',
    `1:37 Unknown right 'fd_raed', expected ${presetList} or the name of a CloudABI right; did you mean 'fd_read'?`,
  ],
  ['!file { path: f.txt, rights: [] }', "1:30 The list of rights is empty; leave it out for 'read'"],
  [
    '!file { path: f.txt, rights: { a: b } }',
    "1:30 Key 'rights' expects the name of a right or a list of names, not a map",
  ],
  ['!file { path: d, rights: append }', "1:26 Right 'append' is for files only, 'd' is a directory"],
  [
    '!file { path: f.txt, rights: [append, write] }',
    "1:30 Rights 'append' and 'write' exclude each other: 'write' changes existing bytes and 'append' only adds new ones",
  ],
  [
    '!file { path: f.txt, rights: [append, file_stat_fput_size] }',
    "1:30 Rights 'append' and 'file_stat_fput_size' exclude each other: 'append' only adds",
  ],
  [
    '!file { path: f.txt, rights: [read, sock_shutdown] }',
    "1:30 Right 'sock_shutdown' has no use for 'f.txt', a file",
  ],
  [
    '!file { path: f.txt, rights: create }',
    "1:30 Rights 'create' alone give nothing on a file, add 'read', 'write' or 'append'",
  ],
  // !socket
  ['!socket {}', "1:1 !socket needs 'bind', an address to listen on, or 'connect', one to call"],
  [
    "!socket { bind: '[::1]:1', connect: '[::1]:1' }",
    "1:37 A socket has either 'bind' or 'connect', not both",
  ],
  [
    "!socket { bind: 'a.example:80' }",
    "1:17 Name 'a.example' is not looked up, write its numeric address (only 'localhost' is known, as 127.0.0.1)",
  ],
  [
    "!socket { bind: '127.0.0.1' }",
    "1:17 Address '127.0.0.1' has no port, expected ADDRESS:PORT such as 127.0.0.1:80",
  ],
  ["!socket { bind: '127.0.0.1:65536' }", "1:17 Port '65536' is no number from 0 to 65535"],
  ["!socket { bind: '256.0.0.1:80' }", "1:17 '256.0.0.1' is no IPv4 address"],
  ["!socket { bind: '::1' }", "1:17 IPv6 address '::1' needs brackets and a port, such as [::1]:80"],
  ["!socket { bind: '[::g]:80' }", "1:17 '[::g]' is no IPv6 address in brackets"],
  [
    "!socket { connect: '127.0.0.1:0' }",
    '1:20 Port 0 lets the host choose a port to bind, nothing can be connected to it',
  ],
  ['!socket { connect: ./none.sock }', "1:20 Cannot connect 'ROOT/none.sock': no such socket"],
  ['!socket { connect: ./f.txt }', "1:20 Cannot connect 'ROOT/f.txt': it is no socket"],
  [
    '!socket { bind: ./f.txt }',
    "1:17 Cannot bind 'ROOT/f.txt': there is something at that path, and a socket is always new",
  ],
  ["!socket { bind: './no/x' }", "1:17 Cannot bind 'ROOT/no/x': its directory does not exist"],
  [
    '!socket { bind: ./x, protocol: udp }',
    "1:32 A UNIX socket has the protocol 'stream' or 'datagram', not 'udp'",
  ],
  [
    "!socket { bind: '127.0.0.1:0', protocol: upd }",
    "1:42 Key 'protocol' of !socket expects 'tcp', 'udp', 'stream' or 'datagram', not 'upd'; did you mean 'udp'?",
  ],
  [
    "!socket { bind: '127.0.0.1:0', backlog: 65536 }",
    "1:41 Key 'backlog' of !socket expects an int from 1 to 65535, not the int 65536",
  ],
  [
    "!socket { bind: '127.0.0.1:0', reuse_port: 1 }",
    "1:44 Key 'reuse_port' of !socket expects true or false, not the int 1",
  ],
  ["!socket { connect: '127.0.0.1:1', backlog: 5 }", "1:44 Key 'backlog' is for sockets that listen"],
  [
    "!socket { bind: '127.0.0.1:0', ipv6_only: true }",
    "1:43 Key 'ipv6_only' is for IPv6 addresses that are bound",
  ],
  [
    "!socket { type: seqpacket, bind: '127.0.0.1:0' }",
    "1:17 Sockets of type 'seqpacket' cannot be granted; 'stream' and 'dgram' can",
  ],
  [
    "!socket { type: raw, bind: '127.0.0.1:0' }",
    "1:17 Key 'type' of !socket expects 'stream', 'dgram' or 'seqpacket', not 'raw'",
  ],
  [
    "!socket { type: stream, protocol: tcp, bind: '127.0.0.1:0' }",
    "1:17 A socket has either 'protocol' or 'type', not both",
  ],
  [
    "!socket { domain: inet6, bind: '127.0.0.1:0' }",
    "1:19 The domain 'inet6' does not fit the address 127.0.0.1:0",
  ],
  ['!fd "invalid"', "1:5 !fd expects a descriptor number, 'stdin', 'stdout' or 'stderr', not 'invalid'"],
  ['!fd "-1"', "1:5 !fd expects a descriptor number, 'stdin', 'stdout' or 'stderr', not '-1'"],
  // !pipe
  ['!pipe { name: a }', "1:1 !pipe needs 'end', 'read' or 'write'"],
  ['!pipe { end: read }', "1:1 !pipe needs 'name', which both ends of the pipe share"],
  [
    '!pipe { name: a, end: raed }',
    "1:23 Key 'end' of !pipe expects 'read' or 'write', not 'raed'; did you mean 'read'?",
  ],
  [
    '!pipe { name: a, end: read }',
    "1:1 Pipe 'a' has only its read end; grant 'end: write' of the same name too",
  ],
  // !service
  ['!service', '1:1 !service expects the name of a service, or a map from it to limits, not nothing'],
  [
    '!service { pwd: {}, random: {} }',
    '1:10 !service expects the name of a service, or a map from it to limits, not a map',
  ],
  [
    '!service { pdw: {} }',
    `1:12 !service knows no service 'pdw', expected ${oneOf([...services.keys()])}; did you mean 'pwd'?`,
  ],
  [
    '!service { pwd: { fields: [name, shel] } }',
    "1:34 Limit 'fields[1]' of service 'pwd' expects 'name' or 'passwd' or 'uid' or 'gid' or 'gecos' or 'dir' or 'shell', not 'shel'; did you mean 'shell'?",
  ],
  [
    '!service { pwd: { user: [root] } }',
    "1:25 Limit 'user' of service 'pwd' is no limit: expected 'commands', 'fields', 'users'; did you mean 'users'?",
  ],
  ['!service { pwd: { users: !fd 0 } }', "1:26 Limit 'users' of service 'pwd' cannot be !fd"],
  // !shared_memory
  ['!shared_memory', "1:1 !shared_memory expects a map with 'size', not nothing"],
  ['!shared_memory {}', "1:1 !shared_memory needs 'size', such as 1 MiB"],
  [
    '!shared_memory { size: 5 MiX }',
    "1:24 Key 'size' of !shared_memory expects a size such as '64 MiB', not '5 MiX'",
  ],
  [
    '!shared_memory { size: 0 }',
    "1:24 Key 'size' of !shared_memory expects a size from 1 bytes to 64 GiB, not the int 0",
  ],
  [
    '!shared_memory { size: 65 GiB }',
    "1:24 Key 'size' of !shared_memory expects a size from 1 bytes to 64 GiB, not '65 GiB'",
  ],
  // !command
  ['!command x', "1:10 !command expects a map, not 'x'"],
  ['!command { arguments: x }', "1:23 Key 'arguments' of !command expects a list of strings, not 'x'"],
  ['!command { arguments: [8080] }', '1:24 An argument is a string, not the int 8080; put it in quotes'],
  ['!command { arguments: ["a\\0"] }', '1:24 An argument holds a NUL character'],
  ["!command { environment: { 'A=B': x } }", "1:27 'A=B' cannot be the name of a variable"],
  [
    '!command { environment: { A: true } }',
    '1:30 The value of a variable is a string, not the bool true; put it in quotes',
  ],
  [
    '!command { stdin: x }',
    "1:19 Key 'stdin' of !command expects a descriptor such as !fd or !file, not 'x'",
  ],
  [
    '!command { stdout: !file { path: f.txt } }',
    "1:20 The grant for stdout cannot be written; add 'write' to its rights",
  ],
  ['!command { stdin: !file { path: d } }', '1:19 A directory cannot be stdin'],
  [
    '!command { directories: { /a: !fd 0 } }',
    "1:31 Directory '/a' expects a directory granted with !file, not !fd",
  ],
  [
    '!command { directories: { /a: !file { path: f.txt } } }',
    "1:31 Cannot grant 'f.txt' as a directory: not a directory",
  ],
  [
    '!command { directories: { /a: !file { pth: d } } }',
    "1:31 !file needs 'path', the path of a file or directory|1:39 Unknown key 'pth' in !file, expected 'path', 'rights', 'missing', 'without', 'only', 'overlay' or 'encrypt'; did you mean 'path'?",
  ],
  [
    '!command { limits: { memory: 1 KiB } }',
    "1:30 Key 'memory' of 'limits' expects a size from 64 KiB to 1 TiB, not '1 KiB'",
  ],
  [
    '!command { limits: { wall_clock: 10 } }',
    "1:34 Key 'wall_clock' of 'limits' expects a duration with its unit such as '10s', not the int 10",
  ],
  [
    '!command { limits: { memroy: 1 GiB } }',
    "1:22 Unknown key 'memroy' in 'limits', expected 'memory', 'wall_clock', 'threads', 'processes', 'cpus', 'cpu_time', 'open_files', 'file_size' or 'changes'; did you mean 'memory'?",
  ],
  // The document.
  ['a: 1\na: 2', '2:1 The map has this key twice'],
];

for (const [yaml, mistake] of cases) {
  test(`${yaml.replace('\n', '⏎')} is refused, and where and why is said`, (t) => {
    const sandbox = makeSandbox(t);
    if (yaml.includes('path: pipe')) spawnSync('mkfifo', [sandbox.path('pipe')]);
    const found = sandbox.mistakes(yaml).map((text) => text.replaceAll(sandbox.root, 'ROOT'));
    assert.deepEqual(found, mistake.split('|'));
  });
}

test('every mistake of a document is reported at once, in its order, with the line and a caret', (t) => {
  const sandbox = makeSandbox(t);
  const yaml = 'a: !file { path: nope }\nb: !fil x\nc: !fd 99\n';
  assert.throws(() => sandbox.plan(yaml), {
    code: 'bad_configuration',
    message: `${sandbox.path('g.yaml')}:1:18: Cannot grant 'nope': no such file or directory
a: !file { path: nope }
                 ^
${sandbox.path('g.yaml')}:2:4: Unknown tag '!fil', expected ${allTags}; did you mean '!file'?
b: !fil x
   ^
${sandbox.path('g.yaml')}:3:4: Descriptor 99 is not open
c: !fd 99
   ^`,
  });
});

test('of very many mistakes the first are reported and the others counted', (t) => {
  const yaml = Array.from({ length: 500 }, () => '- !fil x').join('\n');
  assert.throws(() => makeSandbox(t).plan(yaml), /… and 480 more$/);
});

test('more descriptors than a program can have are refused', (t) => {
  const yaml = Array.from({ length: 4097 }, () => '- !executable').join('\n');
  assert.deepEqual(makeSandbox(t).mistakes(yaml), [
    'The program would get 4097 descriptors, more than the 4096 it can have',
  ]);
});

test('a document with very many mistakes is refused in the end', { timeout: 300_000 }, (t) => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`);
  assert.throws(() => makeSandbox(t).plan(`!socket { ${keys.join(', ')} }`), /… and 19981 more$/);
});

test('a tag in the place of a plain argument, and an alias of the wrong type, are refused', (t) => {
  const sandbox = makeSandbox(t);
  assert.deepEqual(sandbox.mistakes('!file { path: !fd 0 }'), [
    "1:15 Key 'path' of !file expects a string, not !fd",
  ]);
  assert.deepEqual(sandbox.mistakes('!command { arguments: &x [a], environment: *x }'), [
    "1:26 Key 'environment' of !command expects a map of names to strings, not a list",
  ]);
});
