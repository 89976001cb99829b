import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { launch, pipe, service } from '../../src/index.ts';
import { compileProgram } from '../frame/sdk/compile.ts';

const source = String.raw`
#include <cloudabi.h>
#include <casper.h>
#include <errno.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int output;

static cap_channel_t *channel_of(const argdata_t *ad, const char *key) {
  int fd;
  if (program_argument_fd(ad, key, &fd) != 0)
    exit(1);
  return cap_wrap(fd);
}

void program_main(const argdata_t *ad) {
  char buffer[64] = "";
  if (program_argument_fd(ad, "output", &output) != 0)
    exit(2);
  cap_channel_t *pwd = channel_of(ad, "pwd");
  struct passwd *user = cap_getpwnam(pwd, "root");
  dprintf(output, "root: %u %s\n", user->pw_uid, user->pw_shell);
  dprintf(output, "daemon: %d\n", cap_getpwnam(pwd, "daemon") == NULL && errno == ENOENT);
  cap_channel_t *clone = cap_clone(pwd);
  cap_setpwent(clone);
  dprintf(output, "first: %s\n", cap_getpwent(clone)->pw_name);
  argdata_t *key = argdata_create_str_c("users"), *name = argdata_create_str_c("daemon");
  argdata_t *names = argdata_create_seq((const argdata_t *[]){name}, 1);
  argdata_t *wider = argdata_create_map((const argdata_t *[]){key}, (const argdata_t *[]){names}, 1);
  dprintf(output, "wider: %d\n", cap_limit_set(pwd, wider) == -1 && errno == ENOTCAPABLE);
  dprintf(output, "uid: %s\n", cap_getpwuid(pwd, 0)->pw_name);
  cap_close(clone);

  cap_channel_t *zygote = channel_of(ad, "zygote");
  cap_channel_t *grp = cap_service_open(zygote, "grp");
  struct group *group = cap_getgrgid(grp, 0);
  dprintf(output, "group: %s %d\n", group->gr_name, group->gr_mem[0] == NULL);
  dprintf(output, "pwd: %d\n", cap_service_open(zygote, "pwd") == NULL && errno == ENOTCAPABLE);

  cap_channel_t *dns = channel_of(ad, "dns");
  struct addrinfo *found = NULL, hints = {.ai_family = AF_INET};
  int done = cap_getaddrinfo(dns, "127.0.0.1", "80", &hints, &found);
  dprintf(output, "address: %d %d\n", done, done == 0 && found->ai_family == AF_INET && found->ai_next == NULL);
  cap_freeaddrinfo(found);
  hints.ai_family = AF_UNIX;
  dprintf(output, "codes: %d %d %d\n", cap_getaddrinfo(dns, "127.0.0.1", "80", &hints, &found) == EAI_FAMILY,
          cap_getaddrinfo(dns, "127.0.0.1", "http", NULL, &found) == EAI_SERVICE,
          cap_getaddrinfo(pwd, "127.0.0.1", "80", NULL, &found) == EAI_SYSTEM && errno != 0);

  cap_channel_t *net = channel_of(ad, "net");
  int socket = cap_connect(net, "127.0.0.1", 1, SOCK_STREAM);
  dprintf(output, "refused: %d\n", socket == -1);

  cap_channel_t *files = channel_of(ad, "files");
  char path[128];
  const argdata_t *value;
  argdata_map_iterator_t it;
  const char *given;
  if (program_argument(ad, "path", &it, &value) != 0 || argdata_get_str_c(value, &given) != 0)
    exit(3);
  snprintf(path, sizeof(path), "%s", given);
  int file = cap_fileargs_open(files, path, "read");
  ssize_t length = read(file, buffer, sizeof(buffer) - 1);
  dprintf(output, "file: %.*s\n", (int)length, buffer);
  dprintf(output, "other: %d\n", cap_fileargs_open(files, "/etc/passwd", "read"));
  dprintf(output, "write: %d\n", cap_fileargs_open(files, path, "write") == -1 && errno == ENOTCAPABLE);

  cap_channel_t *sysctl = channel_of(ad, "sysctl");
  size_t size = sizeof(buffer);
  dprintf(output, "sysctl: %d\n", cap_sysctlbyname(sysctl, "kernel.ostype", buffer, &size, NULL));
  dprintf(output, "type: %s %zu\n", buffer, size);
  size = 2;
  dprintf(output, "room: %d\n", cap_sysctlbyname(sysctl, "kernel.ostype", buffer, &size, NULL) == -1 && errno == ENOMEM);
  dprintf(output, "set: %d\n", cap_sysctlbyname(sysctl, "kernel.ostype", NULL, NULL, "x") == -1 && errno == ENOTCAPABLE);

  static char random[10000];
  cap_channel_t *dice = channel_of(ad, "random");
  dprintf(output, "random: %d\n", cap_random_buf(dice, random, sizeof(random)));
  int zeros = 0;
  for (size_t i = 0; i < sizeof(random); ++i)
    zeros += random[i] == 0;
  dprintf(output, "chance: %d\n", zeros < 200);
}
`;

test('a program in C asks services by the names of its C library', async (t) => {
  const program = await compileProgram(t, source);
  const folder = mkdtempSync(join(tmpdir(), 'casper-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  writeFileSync(path, 'contents');
  const output = pipe('write');
  await using parent = launch(program, {
    output,
    path,
    pwd: service({ pwd: { users: ['root'] } }),
    zygote: service({ zygote: { services: { grp: {} } } }),
    dns: service('dns'),
    net: service({ net: { connect: ['localhost:2'] } }),
    files: service({ fileargs: { files: [path] } }),
    sysctl: service({ sysctl: { names: { 'kernel.ostype': 'read' } } }),
    random: service('random'),
  });
  const [reason, written] = await Promise.all([parent.exited, text(output.stream)]);
  assert.equal(
    written,
    `root: 0 /bin/bash
daemon: 1
first: root
wider: 1
uid: root
group: root 1
pwd: 1
address: 0 1
codes: 1 1 1
refused: 1
file: contents
other: -1
write: 1
sysctl: 0
type: Linux 6
room: 1
set: 1
random: 0
chance: 1
`,
    JSON.stringify(reason),
  );
});

test('a program in C connects through a channel', async (t) => {
  const program = await compileProgram(
    t,
    String.raw`
#include <cloudabi.h>
#include <casper.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int fd, output, port;
  const argdata_t *value;
  argdata_map_iterator_t it;
  if (program_argument_fd(ad, "output", &output) != 0 || program_argument_fd(ad, "net", &fd) != 0 ||
      program_argument(ad, "port", &it, &value) != 0 || argdata_get_int(value, &port) != 0)
    exit(1);
  int socket = cap_connect(cap_wrap(fd), "127.0.0.1", (uint16_t)port, SOCK_STREAM);
  char buffer[16];
  ssize_t length = read(socket, buffer, sizeof(buffer));
  dprintf(output, "%.*s\n", (int)length, buffer);
}
`,
  );
  const server = createServer((socket) => socket.end('welcome'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  const output = pipe('write');
  await using parent = launch(program, {
    output,
    port,
    net: service({ net: { connect: [`127.0.0.1:${port}`] } }),
  });
  assert.equal(await text(output.stream), 'welcome\n');
  assert.equal((await parent.exited).kind, 'exited');
});

test('a program in C makes requests through a channel, and speaks with their origin', async (t) => {
  const program = await compileProgram(
    t,
    String.raw`
#include <casper.h>
#include <cloudabi.h>
#include <errno.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int fd, output;
  const argdata_t *value;
  argdata_map_iterator_t it;
  const char *origin;
  char url[128], contents[512];
  if (program_argument_fd(ad, "output", &output) != 0 || program_argument_fd(ad, "http", &fd) != 0 ||
      program_argument(ad, "origin", &it, &value) != 0 || argdata_get_str_c(value, &origin) != 0)
    exit(1);
  cap_channel_t *http = cap_wrap(fd);
  snprintf(url, sizeof(url), "%s/v1/users?page=2", origin);
  const struct cap_http_header headers[] = {{"X-First", "1"}, {"X-Second", "two"}, {NULL, NULL}};
  const struct cap_http_response *response = cap_http_request(http, "POST", url, headers, "contents", 8);
  if (response == NULL)
    exit(2);
  dprintf(output, "%d %.*s\n", response->status, (int)response->body_length, (const char *)response->body);
  for (size_t i = 0; i < response->header_count; ++i)
    if (strcmp(response->headers[i].name, "x-answer") == 0)
      dprintf(output, "header: %s\n", response->headers[i].value);
  response = cap_http_request(http, NULL, url, NULL, NULL, 0);
  dprintf(output, "%d %.*s\n", response->status, (int)response->body_length, (const char *)response->body);
  dprintf(output, "method: %d\n", cap_http_request(http, "DELETE", url, NULL, NULL, 0) == NULL && errno == ENOTCAPABLE);
  snprintf(url, sizeof(url), "%s/v2", origin);
  dprintf(output, "path: %d\n", cap_http_request(http, NULL, url, NULL, NULL, 0) == NULL && errno == ENOTCAPABLE);
  dprintf(output, "origin: %d\n", cap_http_connect(http, "http://localhost:1") == -1 && errno == ENOTCAPABLE);
  int stream = cap_http_connect(http, origin);
  dprintf(stream, "GET /v1/direct HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", strstr(origin, "//") + 2);
  size_t length = 0;
  for (ssize_t count; length < sizeof(contents) - 1 &&
                      (count = read(stream, contents + length, sizeof(contents) - 1 - length)) > 0; )
    length += (size_t)count;
  contents[length] = '\0';
  dprintf(output, "direct: %d\n", strncmp(contents, "HTTP/1.1 200", 12) == 0 && strstr(contents, "GET /v1/direct") != NULL);
}
`,
  );
  const server = createHttpServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      const { 'x-first': first = '-', 'x-second': second = '-' } = incoming.headers;
      outgoing.setHeader('X-Answer', 'yes');
      outgoing.end(`${incoming.method} ${incoming.url} ${first} ${second} ${body}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const at = server.address();
  const origin = `http://localhost:${typeof at === 'object' && at !== null ? at.port : 0}`;
  const output = pipe('write');
  await using parent = launch(program, {
    output,
    origin,
    http: service({ http: { origins: { [origin]: { methods: ['GET', 'POST'], paths: ['/v1/**'] } } } }),
  });
  const [reason, written] = await Promise.all([parent.exited, text(output.stream)]);
  assert.equal(
    written,
    `200 POST /v1/users?page=2 1 two contents
header: yes
200 GET /v1/users?page=2 - - ${''}
method: 1
path: 1
origin: 1
direct: 1
`,
    JSON.stringify(reason),
  );
});

test('a program in C sends and receives packets through a channel', async (t) => {
  const program = await compileProgram(
    t,
    String.raw`
#include <casper.h>
#include <cloudabi.h>
#include <errno.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int fd, output, port;
  const argdata_t *value;
  argdata_map_iterator_t it;
  if (program_argument_fd(ad, "output", &output) != 0 || program_argument_fd(ad, "sockets", &fd) != 0 ||
      program_argument(ad, "port", &it, &value) != 0 || argdata_get_int(value, &port) != 0)
    exit(1);
  cap_channel_t *sockets = cap_wrap(fd);
  struct cap_socket wanted = {.family = AF_INET, .type = "datagram", .protocol = "udp", .sends = true, .receives = true,
                              .peer = "127.0.0.1", .port = (uint16_t)port, .ttl = 3};
  bool addressed = true;
  int socket = cap_socket_open(sockets, &wanted, &addressed);
  char packet[16];
  ssize_t sent = write(socket, "probe", 5);
  ssize_t length = read(socket, packet, sizeof(packet));
  dprintf(output, "%zd %.*s %d\n", sent, (int)length, packet, addressed);
  wanted.peer = "127.0.0.2";
  dprintf(output, "peer: %d\n", cap_socket_open(sockets, &wanted, NULL) == -1 && errno == ENOTCAPABLE);
  wanted.peer = "127.0.0.1";
  wanted.type = "raw";
  wanted.protocol = "icmp";
  wanted.port = 0;
  dprintf(output, "raw: %d\n", cap_socket_open(sockets, &wanted, NULL) == -1 && errno == ENOTCAPABLE);
  wanted.family = AF_UNIX;
  dprintf(output, "family: %d\n", cap_socket_open(sockets, &wanted, NULL) == -1 && errno == EINVAL);
}
`,
  );
  const peer = createSocket('udp4');
  peer.on('message', (bytes, { port, address }) => peer.send(`${bytes} back`, port, address));
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  t.after(() => peer.close());
  const { port } = peer.address();
  const output = pipe('write');
  await using parent = launch(program, {
    output,
    port,
    sockets: service({
      socket: { sockets: [{ family: 'ipv4', type: 'datagram', protocol: 'udp', peers: ['127.0.0.1'] }] },
    }),
  });
  const [reason, written] = await Promise.all([parent.exited, text(output.stream)]);
  assert.equal(written, '5 probe back 0\npeer: 1\nraw: 1\nfamily: 1\n', JSON.stringify(reason));
});
