import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGrants } from '../../../src/plan/grants.ts';
import { plan } from '../../../src/plan/plan.ts';
import { planLinux } from '../../frame/plan/plans.ts';
import { makeSandbox, mistakesOf } from '../../frame/resources/sandbox.ts';

const linuxOnly = (key: string): string =>
  `Key '${key}' is for Linux programs, and 'p.wasm' is a WebAssembly module`;

/** A line of `!command`, and the mistake in it. ROOT stands for the sandbox. */
const cases: readonly (readonly [yaml: string, mistake: string])[] = [
  // base
  [
    'base: sytem',
    "2:7 Key 'base' of !command expects 'system', 'minimal' or 'none', not 'sytem'; did you mean 'system'?",
  ],
  ['base: 5', "2:7 Key 'base' of !command expects 'system', 'minimal' or 'none', not the int 5"],
  [
    'base: none',
    "2:7 'true' needs the loader '/lib64/ld-linux-x86-64.so.2', which nothing grants; use 'base: minimal', or grant it",
  ],
  // directories
  [
    'directories: { d: !file { path: d } }',
    "2:19 The program cannot see anything at 'd': it must be an absolute path, which begins with a slash",
  ],
  [
    'directories: { /a/../b: !file { path: d } }',
    "2:25 The program cannot see anything at '/a/../b': write '/b'",
  ],
  ['directories: { /a/: !file { path: d } }', "2:21 The program cannot see anything at '/a/': write '/a'"],
  ['directories: { //a: !file { path: d } }', "2:21 The program cannot see anything at '//a': write '/a'"],
  ['directories: { /d: !file { path: nope } }', "2:34 Cannot grant 'nope': no such file or directory"],
  [
    'directories: { /d: !file { path: nope, rights: [read, write, create, remove] } }',
    "2:34 Cannot grant 'nope': no such directory; make it first",
  ],
  [
    'directories: { /d: !file { path: f.txt } }',
    "2:34 Cannot grant 'f.txt' as a directory: not a directory, grant it in 'files'",
  ],
  ['directories: { /d: !fd stdin }', "2:20 Directory '/d' expects a directory granted with !file, not !fd"],
  [
    'directories: { /d: !file { path: d, rights: [read, write] } }',
    "2:45 The host holds 'write', 'create' and 'remove' for a directory together only; add 'create' and 'remove' to the rights on 'd'",
  ],
  [
    'directories: { /d: !file { path: d, rights: [write, create, remove] } }',
    "2:45 A Linux program can read all that it sees; add 'read' to the rights on 'd'",
  ],
  [
    'directories: { /d: !file { path: d, rights: [file_open] } }',
    "2:45 Right 'file_open' is finer than the host can hold for a Linux program; use 'read', 'write', 'create', 'remove' or 'execute'",
  ],
  [
    'directories: { /d: !file { path: d }, /d/nope: !file { path: d } }',
    "2:48 The program cannot see anything at '/d/nope': it lies in 'ROOT/d', which has nothing there to put it on",
  ],
  [
    'directories: { /d: !file { path: d }, /d/inner.txt: !file { path: d } }',
    "2:53 The program cannot see anything at '/d/inner.txt': it lies in 'ROOT/d', which has a file there",
  ],
  // files
  [
    'files: { /f: !file { path: d } }',
    "2:28 Cannot grant 'd' as a file: it is a directory, grant it in 'directories'",
  ],
  ['files: { 5: !file { path: f.txt } }', '2:10 The name of a file is a string, not the int 5'],
  ['files: { /f: 5 }', "2:14 File '/f' expects a file granted with !file, not the int 5"],
  ['files: [a]', "2:8 Key 'files' of !command expects a map of paths to files, not a list"],
  [
    'files: { /f: !file { path: f.txt, rights: append } }',
    "2:43 Right 'append' cannot be held for a Linux program, which could also cut 'f.txt'; grant 'write', or let it write into a pipe",
  ],
  // working_directory
  [
    'working_directory: d',
    "2:20 Key 'working_directory' cannot be 'd': it must be an absolute path, which begins with a slash",
  ],
  [
    'working_directory: /nope',
    "2:20 The program does not see the working directory '/nope'; grant it in 'directories'",
  ],
  [
    '{ working_directory: /f, files: { /f: !file { path: f.txt } } }',
    "2:22 The working directory '/f' is not a directory",
  ],
  // descriptors
  [
    'descriptors: { 2: !fd stdin }',
    '2:16 The number of a descriptor is an int from 3 to 1023, not the int 2',
  ],
  ['descriptors: { x: !fd stdin }', "2:16 The number of a descriptor is an int from 3 to 1023, not 'x'"],
  [
    'descriptors: { 99999: !fd stdin }',
    '2:16 The number of a descriptor is an int from 3 to 1023, not the int 99999',
  ],
  ['descriptors: { 3: 4 }', '2:19 Descriptor 3 expects a tag such as !socket or !file, not the int 4'],
  [
    'descriptors: [1]',
    "2:14 Key 'descriptors' of !command expects a map of numbers to descriptors, not a list",
  ],
  [
    'descriptors: { 3: !file { path: d } }',
    "2:19 A directory cannot be descriptors[3] of a Linux program, which could leave it through '..'; grant it in 'directories'",
  ],
  [
    'stdout: !file { path: f.txt, rights: [fd_write, fd_sync] }',
    "2:9 Right 'fd_sync' of a descriptor of a Linux program is held together with 'fd_datasync' only; grant both or neither",
  ],
  [
    'descriptors: { 3: !file { path: f.txt, rights: [fd_write, file_stat_fput_times] } }',
    "2:19 Right 'file_stat_fput_times' cannot be held for a descriptor of a Linux program: the same calls change mode and owner",
  ],
  [
    'descriptors: { 3: !file { path: f.txt, rights: fd_read }, 4: !socket { bind: ./new.sock } }',
    "2:19 Rights that are finer than reading and writing hold for a descriptor of a Linux program without UNIX sockets alone, through which it could be sent to itself; grant 'read' or 'write', or no UNIX socket",
  ],
  [
    'system_calls: [debug]\ndescriptors: { 3: !file { path: f.txt, rights: fd_read } }',
    "3:19 Rights that are finer than reading and writing hold for a descriptor of a Linux program without the group 'debug' alone, whose calls take descriptors out of other processes",
  ],
  ['listen_fds: 3', "2:13 Key 'listen_fds' of !command expects true or false, not the int 3"],
  ['listen_fds: true', "2:13 With 'listen_fds' the descriptors are numbered from 3 without a gap, not none"],
  [
    '{ listen_fds: true, descriptors: { 4: !fd stdin } }',
    "2:15 With 'listen_fds' the descriptors are numbered from 3 without a gap, not 4",
  ],
  // network
  [
    'network: internet',
    "2:10 Key 'network' of !command expects 'none', 'loopback' or 'host', not 'internet'",
  ],
  [
    'network: { connect: [80] }',
    "2:10 'network' needs 'mode', 'none', 'loopback' or 'host', or 'hosts', rules of what it may reach",
  ],
  [
    'network: { mode: host, ports: [80] }',
    "2:24 Unknown key 'ports' in 'network', expected 'mode', 'connect', 'bind', 'publish', 'hosts', 'except', 'resolver' or 'limits'; did you mean 'hosts'?",
  ],
  [
    'network: { mode: loopback, connect: [80] }',
    "2:37 Key 'connect' is for the network 'host', not for 'loopback'",
  ],
  [
    'network: { mode: host, publish: { 80: 80 } }',
    "2:33 Key 'publish' is for the network 'loopback', not for 'host'",
  ],
  ['network: { mode: host, connect: [0] }', '2:34 A TCP port is an int from 1 to 65535, not the int 0'],
  [
    'network: { mode: host, connect: [65536] }',
    '2:34 A TCP port is an int from 1 to 65535, not the int 65536',
  ],
  [
    'network: { mode: host, connect: 80 }',
    "2:33 Key 'connect' of 'network' expects a list of TCP ports, not the int 80",
  ],
  [
    'network: { mode: host, connect: [example.org] }',
    "2:34 A TCP port is an int from 1 to 65535; a rule by name or address, such as 'example.org', stands in 'hosts'",
  ],
  [
    "network: { mode: host, connect: ['10.0.0.1:443'] }",
    "2:34 A TCP port is an int from 1 to 65535; a rule by name or address, such as '10.0.0.1:443', stands in 'hosts'",
  ],
  [
    "network: { mode: host, bind: ['*:80'] }",
    "2:31 A TCP port is an int from 1 to 65535; a rule by name or address, such as '*:80', stands in 'hosts'",
  ],
  [
    'network: { hosts: [registry.example.org] }',
    "2:40 The rule 'registry.example.org' has no port; write for example 'registry.example.org:443'",
  ],
  [
    "network: { hosts: ['a.example.org:80,x'] }",
    "2:38 A port is a number from 1 to 65535 or a range such as 8000-8010, not 'x'",
  ],
  [
    'network: { hosts: ["a.example.org\\u0000:80"] }',
    "2:20 'a.example.org\u{fffd}' is no name: it has a NUL character in it",
  ],
  [
    'network: { except: [a.example.org] }',
    "2:10 'network' needs 'hosts', rules such as 'registry.example.org:443'",
  ],
  [
    'network: { hosts: a.example.org:443 }',
    "2:19 Key 'hosts' of 'network' expects a list of rules, not 'a.example.org:443'",
  ],
  ['network: { hosts: [{ host: a.example.org }] }', "2:20 'hosts' needs 'ports', such as 443"],
  [
    "network: { hosts: [{ host: 'a.example.org:80', ports: 443 }] }",
    "2:20 A port is a number from 1 to 65535 or a range such as 8000-8010, not '80:443'",
  ],
  [
    'network: { hosts: [5] }',
    "2:20 A rule is a string such as 'registry.example.org:443', or a map with 'host', 'ports', 'protocol', not the int 5",
  ],
  [
    "network: { hosts: ['public:1-65535'] }",
    '2:19 The rules grant 65535 ports, more than the 1024 that a network can have',
  ],
  [
    'network: { mode: host, hosts: [a.example.org:443] }',
    "2:18 Key 'hosts' is a network of its own: leave 'mode' out",
  ],
  [
    'network: { hosts: [a.example.org:443], connect: [80] }',
    "2:49 Key 'connect' is for the network 'host'; rules of hosts name their ports",
  ],
  [
    'network: { hosts: [a.example.org:443], resolver: dns.example.org }',
    "2:50 Key 'resolver' is the address of a server and a port, such as 192.0.2.53:53, not 'dns.example.org'",
  ],
  [
    'network: { hosts: [a.example.org:443], limits: { bytes: many } }',
    "2:57 Key 'bytes' of 'limits' expects a size such as '64 MiB', not 'many'",
  ],
  [
    'network: { hosts: [a.example.org:80], publish: { 8080: 80 } }',
    '2:48 Port 80 of the program cannot be published: a rule grants port 80 of hosts, so that connections to it lead outside',
  ],
  ['network: { publish: { 0: 80 } }', '2:23 A TCP port is an int from 1 to 65535, not the int 0'],
  [
    'network: { publish: [80] }',
    "2:21 Key 'publish' of 'network' expects a map of the host's ports to the program's, not a list",
  ],
  // limits
  [
    'limits: { procs: 5 }',
    "2:11 Unknown key 'procs' in 'limits', expected 'memory', 'wall_clock', 'threads', 'processes', 'cpus', 'cpu_time', 'open_files', 'file_size' or 'changes'",
  ],
  [
    'limits: { processes: 0 }',
    "2:22 Key 'processes' of 'limits' expects an int from 1 to 4194304, not the int 0",
  ],
  [
    'limits: { cpus: 0 }',
    "2:17 Key 'cpus' of 'limits' expects a number of processors from 0.01 to 4096, such as 1.5, not the int 0",
  ],
  [
    'limits: { cpu_time: 5 }',
    "2:21 Key 'cpu_time' of 'limits' expects a duration with its unit such as '10s', not the int 5",
  ],
  [
    'limits: { cpu_time: 5ms }',
    "2:21 Key 'cpu_time' of 'limits' expects a duration from 1 s to 2147483647 ms, not '5ms'",
  ],
  [
    'limits: { open_files: 1 }',
    "2:23 Key 'open_files' of 'limits' expects an int from 4 to 1048576, not the int 1",
  ],
  [
    'limits: { file_size: big }',
    "2:22 Key 'file_size' of 'limits' expects a size such as '64 MiB', not 'big'",
  ],
  // the rest
  ['tmp: 5', "2:6 Key 'tmp' of !command expects true, false or a size from 64 KiB to 1 TiB, not the int 5"],
  ['dev: 1', "2:6 Key 'dev' of !command expects true or false, not the int 1"],
  [
    'proc: all',
    "2:7 Key 'proc' of !command expects 'none', 'processes', 'system' or 'everything', not 'all'",
  ],
  ['terminal: tty', "2:11 Key 'terminal' of !command expects true or false, not 'tty'"],
  [
    'system_calls: [debgu]',
    "2:15 Unknown group of system calls 'debgu', expected 'debug', 'user_namespaces', 'namespaces', 'io_uring', 'keyrings', 'performance', 'page_faults', 'bpf', 'numa', 'watch_files', 'set_id_files' or 'attributes'; did you mean 'debug'?",
  ],
  ['system_calls: debug', "2:15 Key 'system_calls' of !command expects a list of names, not 'debug'"],
  [
    'bse: system',
    "2:1 Unknown key 'bse' in !command, expected 'include', 'arguments', 'environment', 'env_file', 'stdin', 'stdout', 'stderr', 'directories', 'limits', 'base', 'files', 'sockets', 'working_directory', 'descriptors', 'listen_fds', 'network', 'ssh_agent', 'services', 'home', 'user', 'show_user', 'tmp', 'dev', 'proc', 'terminal', 'system_calls', 'promise', 'rules', 'policy', 'rules_state', 'crash_guard' or 'executables'; did you mean 'base'?",
  ],
];

for (const [yaml, mistake] of cases) {
  test(`for a Linux program, this is one mistake: ${yaml}`, (t) => {
    const { root, path } = makeSandbox(t);
    const found = mistakesOf(() =>
      plan('/bin/true', readGrants(`!command\n${yaml}`, { file: path('g.yaml') })),
    );
    assert.deepEqual(found, [mistake.replaceAll('ROOT', root)]);
  });
}

test('keys for Linux programs only are refused for others, each at its place', (t) => {
  const yaml =
    '!command\nbase: system\nnetwork: host\nlimits: { memory: 1 MiB, processes: 5 }\nterminal: true';
  assert.deepEqual(makeSandbox(t).mistakes(yaml), [
    `2:7 ${linuxOnly('base')}`,
    `3:10 ${linuxOnly('network')}`,
    "4:37 Limit 'processes' is for Linux programs, and 'p.wasm' is a WebAssembly module",
    `5:11 ${linuxOnly('terminal')}`,
  ]);
});

test('a tree and an adapter are refused for Linux programs', () => {
  assert.deepEqual(
    mistakesOf(() => plan('/bin/true', { a: 1 })),
    ["'/bin/true' is a Linux program, which knows nothing of argdata: grant with !command instead of a tree"],
  );
  assert.deepEqual(
    mistakesOf(() => plan('/bin/true', null, { adapter: 'a.mjs' })),
    ["An adapter is for WebAssembly modules, and '/bin/true' is a Linux program"],
  );
});

test('10,000 grants are planned, and names are what they are', (t) => {
  const { path } = makeSandbox(t);
  const lines = Array.from({ length: 10_000 }, (_, index) => `  /many/${index}: !file { path: d }`);
  lines.push('  "/a b": !file { path: d }', '  "/a\\nb": !file { path: d }', '  /ä: !file { path: d }');
  const yaml = `!command\ndirectories:\n${lines.join('\n')}`;
  const { linux } = planLinux('/bin/true', readGrants(yaml, { file: path('g.yaml') }));
  const places = new Set(linux.entries.map(({ at }) => at));
  assert.ok(['/many/9999', '/a b', '/a\nb', '/ä'].every((at) => places.has(at)));
});
