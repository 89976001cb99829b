// A server of logins in capability mode, as sshd(8) was at first. It gives its rights up before it reads a byte of a client.
// But the class of a user (login.conf) is looked up when the user is known, and the function for that falls back to the
// defaults without a word, as login_getclass(3) does: the user is let in with settings that the administrator never wrote.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { enter } from 'cloudabi/capsicum';
import { authenticate, hashesOf, linesOf } from './login.js';

const DEFAULTS = { umask: '022', maxproc: 'unlimited' };

/** The settings of a class, or the defaults if it cannot be read. */
function settingsOf(path, wanted) {
  try {
    const line = readFileSync(path, 'utf8')
      .split('\n')
      .find((one) => one.startsWith(`${wanted}:`));
    const pairs = line
      .split(':')
      .slice(1)
      .filter((field) => field.includes('='));
    return { ...DEFAULTS, ...Object.fromEntries(pairs.map((field) => field.split('='))) };
  } catch {
    return DEFAULTS;
  }
}

const [classes, userClasses, ...passwords] = process.argv.slice(2);
const classOf = new Map(Object.entries(JSON.parse(userClasses)));
const hashes = hashesOf(passwords);
const server = createServer(async (socket) => {
  const user = await authenticate(linesOf(socket), hashes);
  if (user === undefined) return socket.end('refused\n');
  const { umask, maxproc } = settingsOf(classes, classOf.get(user) ?? 'default');
  socket.end(`welcome ${user}, umask ${umask}, maxproc ${maxproc}\n`);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
enter();
console.log(server.address().port);
