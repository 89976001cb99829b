import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { childProgram, launch, pipe } from '../../src/index.ts';
import { compileProgram } from '../frame/sdk/compile.ts';

const source = String.raw`
#include <cloudabi.h>
#include <errno.h>
#include <poll.h>
#include <program.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procdesc.h>
#include <sys/socket.h>

void program_main(const argdata_t *ad) {
  int child, output, other[2];
  if (program_argument_fd(ad, "child", &child) != 0 || program_argument_fd(ad, "output", &output) != 0)
    exit(1);
  struct pollfd polled = {.fd = child, .events = POLLIN};
  dprintf(output, "over: %d\n", poll(&polled, 1, 0));
  dprintf(output, "SIGSEGV: %d\n", pdkill(child, SIGSEGV) == -1 && errno == EINVAL);
  dprintf(output, "SIGTERM: %d\n", pdkill(child, SIGTERM));
  struct procdesc_end end = {0};
  for (int i = 0; i < 2; ++i)
    dprintf(output, "%d: %u %u %s\n", pdwait(child, &end), end.kind, end.value, end.reason);
  dprintf(output, "again: %d\n", pdkill(child, SIGTERM) == -1 && errno == EPIPE);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, other) != 0)
    exit(2);
  send(other[1], "no such message", 15, 0);
  dprintf(output, "other: %d\n", pdwait(other[0], &end) == -1 && errno == EBADMSG);
}
`;

test('a program in C controls another one', async (t) => {
  const program = await compileProgram(t, source);
  const output = pipe('write');
  const child = childProgram({
    program: '/bin/sh',
    grants: { base: 'system', arguments: ['-c', 'exec sleep 1000'] },
  });
  await using parent = launch(program, { child, output });
  assert.equal(
    await text(output.stream),
    'over: 0\nSIGSEGV: 1\nSIGTERM: 0\n0: 1 15 SIGTERM\n0: 1 15 SIGTERM\nagain: 1\nother: 1\n',
  );
  assert.equal((await parent.exited).kind, 'exited');
});
