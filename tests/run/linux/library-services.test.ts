import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { LogSocket } from '../../../src/run/linux/log-socket.ts';
import { ownResolver } from '../../frame/broker/own-resolver.ts';
import { childrenOf, until } from '../../frame/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'library-services-'));
after(() => rmSync(folder, { recursive: true }));

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Runs a command of a shell, and returns what it printed. */
async function inside(script: string, options: CommandOptions): Promise<string> {
  const output = pipe('write');
  const process = launch(
    '/bin/sh',
    command({
      base: 'system',
      environment: { LC_ALL: 'C' },
      ...options,
      arguments: ['-c', `exec 2>&1; ${script}`],
      stdout: output,
    }),
  );
  const printed = await text(output.stream);
  await process.exited;
  return printed;
}

/** The entry of a user or a group of the host, as getent prints it there. */
const entry = (database: string, key: string): string =>
  execFileSync('getent', [database, key], { encoding: 'utf8' });

const daemon = { services: { pwd: { users: ['root', 1] }, grp: { groups: ['root', 'daemon', 0] } } } as const;

test('users and groups within the limits are found by getent, and no others', async () => {
  const printed = await inside(
    'getent passwd root; getent passwd 1; getent group daemon; getent passwd nobody; echo $?; getent passwd bin; echo $?; getent group adm; echo $?',
    daemon,
  );
  assert.equal(
    printed,
    `${entry('passwd', 'root')}${entry('passwd', 'daemon')}${entry('group', 'daemon')}2\n2\n2\n`,
  );
});

test('fields that a limit withholds are empty, and ids 65534', async () => {
  const printed = await inside('getent passwd daemon; getent passwd 1; echo $?; getent group daemon', {
    services: { pwd: { fields: ['uid'] }, grp: { fields: ['name'] } },
  });
  // An entry without a name is none.
  assert.equal(printed, 'daemon::1:65534:::\n2\ndaemon::65534:\n');
});

test('id, ls -l and the home of a shell are what the service says', async () => {
  const printed = await inside('id daemon; ls -ld / | cut -d" " -f3,4; eval echo ~daemon', daemon);
  const [id, owner, home] = printed.split('\n');
  assert.equal(id, execFileSync('id', ['daemon'], { encoding: 'utf8' }).trim());
  const { uid } = userInfo();
  // The root of the program's world belongs to the user of the launcher.
  if (uid === 0) assert.equal(owner, 'root root');
  assert.equal(home, '/usr/sbin');
});

test('the groups of a user are those that the limits name', async (t) => {
  const all = execFileSync('getent', ['group'], { encoding: 'utf8' }).split('\n');
  const found = all.map((line) => line.split(':')).find(([, , , members]) => (members ?? '') !== '');
  if (found === undefined) return t.skip('no group of this host has members');
  const [group = '', , gid, members = ''] = found;
  const [user = ''] = members.split(',');
  const script = `id -G ${user} | tr ' ' '\\n' | grep -cx ${gid}`;
  assert.equal(await inside(script, { services: ['pwd', 'grp'] }), '1\n');
  assert.equal(await inside(script, { services: { pwd: null, grp: { groups: ['root'] } } }), '0\n', group);
});

test('a program without services asks none: the names are those of its base', async () => {
  const printed = await inside('getent passwd daemon; echo $?; ls -d /var/run/nscd; ls /dev/log', {});
  assert.match(printed, /^2\n/);
  assert.equal(printed.match(/No such file/g)?.length, 2);
});

test('a service that has ended leaves names unknown, and the program goes on', async () => {
  const before = childrenOf(process.pid);
  const output = pipe('write');
  const input = pipe('read');
  const started = launch(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', 'getent passwd daemon >/dev/null; echo $?; read go; getent passwd daemon; echo $?'],
      services: ['pwd'],
      stdin: input,
      stdout: output,
    }),
  );
  const printed = text(output.stream.on('data', () => undefined));
  const services = childrenOf(process.pid).filter((pid) => !before.includes(pid));
  const [service] = services.filter((pid) => isService(pid));
  assert(service !== undefined, 'there is a process of services');
  await new Promise((resolve) => output.stream.once('data', resolve));
  process.kill(service, 'SIGKILL');
  await until('it has gone', () => !isService(service));
  input.stream.end('go\n');
  assert.equal(await printed, '0\n2\n');
  assert.equal((await started.exited).kind, 'exited');
});

function isService(pid: number): boolean {
  const { stdout } = spawnSync('cat', [`/proc/${pid}/cmdline`], { encoding: 'utf8' });
  return stdout.includes('service-process');
}

test('network services and protocols are found by name and by number', {
  skip: !existsSync('/etc/services'),
}, async () => {
  const script =
    'getent services ssh; getent services 22/tcp; getent protocols udp; getent protocols 6; getent services nothing; echo $?';
  const here = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  assert.equal(await inside(script, { services: ['netdb'] }), here);
  const fewer = await inside(`${script}; wc -c < /etc/services`, {
    services: { netdb: { commands: ['getprotobyname', 'getprotobynumber'] } },
  });
  assert.match(
    fewer,
    /^udp .*\ntcp .*\n2\n0\n$/,
    'without its calls, neither the service nor the file answers',
  );
});

test('programs of musl find users, groups and ports, static and dynamic', {
  skip: has('musl-gcc') ? false : 'this needs musl-gcc (musl-tools)',
}, async () => {
  const source = join(folder, 'names.c');
  writeFileSync(
    source,
    `#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
int main(void) {
  struct passwd *root = getpwnam("root");
  char *home = root ? strdup(root->pw_dir) : "-";
  struct passwd *daemon = getpwuid(1);
  char *name = daemon ? strdup(daemon->pw_name) : "-";
  struct passwd *bin = getpwnam("bin");
  struct group *group = getgrgid(1);
  gid_t ids[8]; int count = 8;
  getgrouplist("root", 0, ids, &count);
  struct servent *ssh = getservbyname("ssh", "tcp");
  printf("%s %s %s %s %d %d\\n", home, name, bin ? "bin" : "-",
    group ? group->gr_name : "-", count, ssh != NULL);
}
`,
  );
  for (const [name, words] of [
    ['static', ['-static']],
    ['dynamic', []],
  ] as const) {
    const program = join(folder, name);
    execFileSync('musl-gcc', [...words, '-o', program, source]);
    const output = pipe('write');
    const started = launch(
      program,
      command({
        services: { ...daemon.services, netdb: null },
        directories: { [folder]: file(folder, { rights: ['read', 'execute'] }) },
        stdout: output,
      }),
    );
    assert.equal(await text(output.stream), '/root daemon - daemon 1 1\n', name);
    await started.exited;
  }
});

test('Python and programs of Go with cgo find users by the service', {
  skip: has('python3') && has('gcc') ? false : 'this needs python3 and gcc',
}, async (t) => {
  const python = await inside(
    `python3 -c 'import grp, pwd; print(pwd.getpwnam("daemon").pw_dir, grp.getgrgid(1).gr_name)
try: pwd.getpwnam("bin")
except KeyError: print("none")'`,
    {
      ...daemon,
      directories: Object.fromEntries(
        [process.env['HOME'] ?? '/nonexistent']
          .map((home) => join(home, '.pyenv'))
          .filter(existsSync)
          .map((path) => [path, file(path, { rights: ['read', 'execute'] })]),
      ),
      environment: { PATH: '/usr/bin:/bin' },
    },
  );
  if (existsSync('/usr/bin/python3')) assert.equal(python, '/usr/sbin daemon\nnone\n');
  if (!has('go')) return t.diagnostic('no Go here');
  const source = join(folder, 'names.go');
  writeFileSync(
    source,
    `package main
import ("fmt"; "os/user")
func main() { one, _ := user.Lookup("daemon"); _, err := user.Lookup("bin"); fmt.Println(one.HomeDir, err) }
`,
  );
  const program = join(folder, 'go-names');
  execFileSync('go', ['build', '-o', program, source], {
    env: {
      ...process.env,
      CGO_ENABLED: '1',
      GOCACHE: join(folder, 'cache'),
      GOFLAGS: '-mod=mod',
      HOME: folder,
    },
  });
  assert.equal(
    await inside(program, {
      ...daemon,
      directories: { [folder]: file(folder, { rights: ['read', 'execute'] }) },
    }),
    '/usr/sbin user: unknown user bin\n',
  );
});

const HOSTS = {
  'both.example.org': [['192.0.2.1', '2001:db8::1']],
  'four.example.org': [['192.0.2.4']],
  'other.example.net': [['192.0.2.9']],
};

test('hosts are found by name within the limits, by every way of a C library', async (t) => {
  const { at, asked } = await ownResolver(t, HOSTS);
  const printed = await inside(
    'getent hosts four.example.org; getent ahostsv4 both.example.org | head -1; getent ahosts both.example.org | grep -c STREAM; getent hosts other.example.net; echo $?; getent hosts localhost; getent hosts none.example.org; echo $?',
    { services: { dns: { resolver: at, names: ['*.example.org'] } } },
  );
  assert.match(
    printed,
    /^192\.0\.2\.4 +four\.example\.org\n192\.0\.2\.1 +STREAM both\.example\.org\n2\n2\n::1 +localhost\n2\n$/,
  );
  assert(!asked.includes('other.example.net'), 'a name beyond the limits is asked of no server');
  assert.equal(
    await inside('getent ahosts both.example.org | grep -c :; getent hosts 127.0.0.1; echo $?', {
      services: { dns: { resolver: at, families: ['ipv4'], types: ['name-to-address'] } },
    }),
    '0\n127.0.0.1       localhost\n0\n',
    'the file of hosts has the loopback',
  );
});

test('programs with resolvers of their own ask the server of names in their network', {
  skip: has('musl-gcc') ? false : 'this needs musl-gcc (musl-tools)',
}, async (t) => {
  const { at } = await ownResolver(t, HOSTS);
  const source = join(folder, 'hosts.c');
  writeFileSync(
    source,
    `#include <netdb.h>
#include <stdio.h>
#include <string.h>
int main(int count, char **words) {
  for (int each = 1; each < count; each++) {
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
    int error = getaddrinfo(words[each], "80", &hints, &found), addresses = 0;
    for (; !error && found; found = found->ai_next) addresses++;
    printf("%s %d\\n", words[each], addresses);
  }
}
`,
  );
  const program = join(folder, 'hosts');
  execFileSync('musl-gcc', ['-static', '-o', program, source]);
  const output = pipe('write');
  const started = launch(
    program,
    command({
      arguments: Object.keys(HOSTS),
      services: { dns: { resolver: at, names: ['*.example.org'] } },
      directories: { [folder]: file(folder, { rights: ['read', 'execute'] }) },
      stdout: output,
    }),
  );
  // A name without an address of one family has those of the other.
  assert.equal(await text(output.stream), 'both.example.org 2\nfour.example.org 1\nother.example.net 0\n');
  await started.exited;
});

test('names that rules grant stand for their hosts, and the service answers for the others', async (t) => {
  const { at } = await ownResolver(t, HOSTS);
  const printed = await inside(
    'getent hosts granted.example.com; getent ahostsv4 four.example.org | head -1',
    {
      network: { hosts: ['granted.example.com:443'] },
      services: { dns: { resolver: at } },
    },
  );
  const [granted = '', other = ''] = printed.split('\n');
  assert.match(granted, /^fd|^198\.1[89]\./);
  assert.match(other, /^192\.0\.2\.4 /);
});

test('a program that may ask for names reaches no host by it', async (t) => {
  const { at } = await ownResolver(t, HOSTS);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const printed = await inside(
    `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${address.port}' 2>/dev/null; echo $?; bash -c 'exec 3<>/dev/udp/${at.replace(':', '/')}; echo x >&3; echo y >&3' 2>/dev/null; echo $?`,
    { services: { dns: { resolver: at } } },
  );
  assert.match(printed, /^1\n/);
});

test("messages of syslog(3), logger and Python reach the host's log, up to the last one", async (t) => {
  const path = join(folder, 'host-log');
  const lines: string[] = [];
  const log = new LogSocket(path, async ({ tag, text: line, facility, severity }) => {
    lines.push(`${facility}.${severity} ${tag}: ${line}`);
  });
  t.after(() => log.end());
  const printed = await inside(
    `logger -t one -p mail.err first; logger -t two 'a
b'; logger -t other dropped; logger -t one -p local3.debug last`,
    { services: { syslog: { socket: path, idents: ['one', 'two'] } } },
  );
  assert.equal(printed, '');
  await until('the last one has come', () => lines.some((line) => line.endsWith('last')));
  assert.deepEqual(lines, ['2.3 one: first', '1.5 two: a\ufffdb', '19.7 one: last']);
});

test('a file that is granted as well stays, and the plan says which counts', () => {
  const granted = command({
    base: 'system',
    files: { '/etc/passwd': file('/etc/passwd') },
    services: ['pwd'],
  });
  const { warnings } = plan('/bin/true', granted);
  assert.match(
    warnings.map(({ message }) => message).join('\n'),
    /The program sees '\/etc\/passwd'.*Service 'pwd' counts before it for programs with glibc/,
  );
  assert.equal(plan('/bin/true', command({ base: 'system', services: ['pwd'] })).warnings.length, 0);
});

test('services that cannot be asked are refused where the plan is made', () => {
  const wrong: readonly (readonly [CommandOptions, RegExp])[] = [
    [
      { services: ['pwd'], directories: { '/': file('/') } },
      /Service 'pwd' is asked at '\/var\/run\/nscd\/socket', where the program cannot see a socket/,
    ],
    [{ services: new Map([['random', null]]) }, /'services' cannot have 'random': programs ask 'pwd', 'grp'/],
    [{ services: new Map([['pwdd', null]]) }, /did you mean 'pwd'/],
    [
      { services: new Map([['pwd', { user: [] }]]) },
      /Limit 'user' of service 'pwd' is no limit.*did you mean 'users'/,
    ],
  ];
  for (const [options, message] of wrong) assert.throws(() => plan('/bin/true', command(options)), message);
  assert.throws(
    () => plan('/bin/true', command({ services: ['pwd'] }), { walls: 'landlock' }),
    /'services' needs namespaces/,
  );
});
