import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { launch, pipe, service } from '../../src/index.ts';
import { LogSocket } from '../../src/run/linux/log-socket.ts';
import { makeFolder } from '../frame/programs.ts';
import { compile } from '../frame/sdk/assemblyscript.ts';
import { compileProgram } from '../frame/sdk/compile.ts';

/** A call of a service in each language, as the page shows it. */
type Row = {
  readonly name: string;
  readonly typescript: string;
  readonly c: string;
  readonly assemblyscript: string;
};

/** The table of calls in docs/services.md. */
const page = readFileSync('docs/services.md', 'utf8');
const lines = page.split('| service | TypeScript | C | AssemblyScript |\n')[1]?.split('\n\n')[0] ?? '';
const cell = '`([^`]*)`';
const rows = [...lines.matchAll(new RegExp(`^\\| ${[cell, cell, cell, cell].join(' \\| ')} \\|$`, 'gm'))].map(
  ([, name = '', typescript = '', c = '', assemblyscript = '']): Row => ({
    name,
    typescript,
    c,
    assemblyscript,
  }),
);

let port = 0;
let grants: Readonly<Record<string, unknown>> = {};
/** The maps between braces, by the service. */
let given: Readonly<Record<string, unknown>> = {};

before(async () => {
  const server = createServer((_, outgoing) => outgoing.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const at = server.address();
  port = typeof at === 'object' && at !== null ? at.port : 0;
});

/** The port of the page is one of this test. */
const here = (line: string): string => line.replaceAll('8080', String(port));

function prepare(t: Parameters<typeof makeFolder>[0]): void {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'notes.txt'), 'notes');
  writeFileSync(join(folder, 'settings.json'), '{ "server": { "port": 80 } }');
  writeFileSync(join(folder, 'login.conf'), 'default:\\\n\t:maxproc=8:\n');
  const log = new LogSocket(join(folder, 'log'), () => Promise.resolve());
  t.after(() => log.end());
  grants = {
    dns: service('dns'),
    pwd: service('pwd'),
    grp: service('grp'),
    netdb: service('netdb'),
    random: service('random'),
    syslog: service({ syslog: { socket: join(folder, 'log') } }),
    sysctl: service({ sysctl: { names: { 'kernel.ostype': 'read' } } }),
    fileargs: service({ fileargs: { files: ['/etc/hosts'] } }),
    filesystem: service({ filesystem: { directory: folder } }),
    configuration: service({ configuration: { files: [join(folder, 'settings.json')] } }),
    login: service({ login: { file: join(folder, 'login.conf'), classes: { anna: 'default' } } }),
    net: service({ net: { connect: [`localhost:${port}`] } }),
    http: service({ http: { origins: { [`http://localhost:${port}`]: {} } } }),
    socket: service({ socket: { sockets: [{ family: 'ipv4', type: 'datagram', protocol: 'udp' }] } }),
    program: service({
      program: { programs: { echo: { path: '/bin/echo', grants: { base: 'system' }, arguments: ['word'] } } },
    }),
    zygote: service({ zygote: { services: { random: {} } } }),
  };
  given = Object.fromEntries(
    rows.map(({ name, typescript }) => {
      const [, map = '{}'] = /\((\{.*\})\)$/.exec(here(typescript)) ?? [];
      const value: unknown = new Function(`return (${map});`)();
      return [name, value];
    }),
  );
}

/** Runs a program with a channel to each service; it says a line for each call that has worked. */
async function said(path: string, tree: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const output = pipe('write');
  const process = launch(path, { ...tree, output });
  const words = await text(output.stream);
  const reason = await process.exited;
  assert.ok(reason.kind === 'exited' && reason.code === 0, `${words}${JSON.stringify(reason)}`);
  return words.split('\n').slice(0, -1);
}

const all = rows.map(({ name }) => name);

test('the table of docs/services.md has all services but those that it names', () => {
  assert.deepEqual(
    [...all, 'powerbox', 'ssh-agent', 'tls'].sort(),
    [...page.matchAll(/^### (\S+)$/gm)].map(([, name]) => name).sort(),
  );
});

test('the calls in TypeScript of docs/services.md work', async (t) => {
  prepare(t);
  const path = join(makeFolder(t), 'program.ts');
  writeFileSync(
    path,
    `import { program, service, writable } from 'cloudabi/program';
const schema = { ${all.map((name) => `${name}: service('${name}')`).join(', ')}, output: writable() };
export default program({ schema }, async ({ output, ...channels }) => {
${rows.map((row) => `  { const channel = channels.${row.name}; await ${here(row.typescript)}; output.write('${row.name}\\n'); }`).join('\n')}
  output.end();
});
`,
  );
  assert.deepEqual(await said(path, grants), all);
});

test('the calls in C of docs/services.md work', async (t) => {
  prepare(t);
  const block = ({ name, c }: Row): string => {
    const call = here(c);
    const works = call.startsWith('cap_syslog(')
      ? `(${call}, true)`
      : /^cap_(?:getpw|getgr|http_request|service_open)/.test(call)
        ? `${call} != NULL`
        : call.startsWith('cap_getaddrinfo')
          ? `${call} == 0`
          : `${call} >= 0`;
    return `  {
    cap_channel_t *channel = channel_of(ad, "${name}");
    given = field(all, "${name}");
    size = sizeof(buffer);
    dprintf(output, "%s\\n", ${works} ? "${name}" : strerror(errno));
  }`;
  };
  const program = await compileProgram(
    t,
    `#include <casper.h>
#include <cloudabi.h>
#include <errno.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cap_channel_t *channel_of(const argdata_t *ad, const char *key) {
  int fd;
  if (program_argument_fd(ad, key, &fd) != 0)
    exit(1);
  return cap_wrap(fd);
}

/* The tree stays, and so does each iterator's value. */
static const argdata_t *field(const argdata_t *map, const char *key) {
  static argdata_map_iterator_t it;
  const argdata_t *value;
  if (program_argument(map, key, &it, &value) != 0)
    exit(2);
  return value;
}

void program_main(const argdata_t *ad) {
  int output;
  char buffer[64];
  size_t size;
  struct addrinfo *found;
  const argdata_t *result, *given;
  argdata_map_iterator_t it;
  const argdata_t *all;
  const struct cap_socket wanted = {
      .family = AF_INET, .type = "datagram", .protocol = "udp", .sends = true, .peer = "127.0.0.1", .port = ${port}};
  if (program_argument_fd(ad, "output", &output) != 0 || program_argument(ad, "given", &it, &all) != 0)
    exit(3);
  (void)found, (void)result;
${rows.map(block).join('\n')}
}
`,
  );
  assert.deepEqual(await said(program, { ...grants, given }), all);
});

test('the calls in AssemblyScript of docs/services.md work', async (t) => {
  prepare(t);
  const block = ({ name, assemblyscript }: Row): string => `  {
    const channel = new Channel(argdata.get('${name}').descriptor().value.fd);
    const given = argdata.get('given').get('${name}');
    const answer = ${here(assemblyscript)};
    output.writeText((answer.ok ? '${name}' : answer.task + answer.reason) + '\\n').check();
  }`;
  const { status, messages, bytes } = await compile(
    `import { Channel, connectTo, findAddresses, findUser, openFile, program } from 'cloudabi/assemblyscript';

program((argdata) => {
  const output = argdata.get('output').stream().value;
${rows.map(block).join('\n')}
});
`,
  );
  assert.deepEqual({ status, messages }, { status: 0, messages: '' });
  const path = join(makeFolder(t), 'program.wasm');
  writeFileSync(path, bytes);
  assert.deepEqual(await said(path, { ...grants, given }), all);
});
