// A server of logins that holds its socket, hashes of passwords, and two services. It asks for the settings of a user when it
// knows the user, and through channels that tell of this user and of no other.
import type { Socket } from 'node:net';
import { list, listener, program, service, text, writable } from 'cloudabi/program';
import type { ServiceClient } from 'cloudabi/services';
import { authenticate, hashesOf, linesOf } from './login.js';

/** Milliseconds that a client may take to log in. */
const PATIENCE = 60_000;

/** Greets a user with the settings of a session. @throws Error without any. */
async function greet(
  name: string,
  login: ServiceClient<'login'>,
  users: ServiceClient<'pwd'>,
): Promise<string> {
  const [settings, entry] = [await login.getuser({ name }), await users.getpwnam({ name })];
  // Without settings there is no session: a default that was never written is worse.
  if (settings === null || entry === null) throw new Error(`User '${name}' has no settings`);
  const { umask, maxproc } = Object.fromEntries(settings.settings);
  return `welcome ${name} in ${entry.dir}, umask ${umask}, maxproc ${maxproc}\n`;
}

export default program(
  {
    schema: {
      listen: listener(),
      log: writable(),
      login: service('login'),
      passwords: list(text()),
      users: service('pwd'),
    },
  },
  async ({ listen, log, login, passwords, users }) => {
    const hashes = hashesOf(passwords);
    const serve = async (socket: Socket): Promise<string> => {
      const name = await authenticate(linesOf(socket), hashes);
      if (name === undefined) return 'refused\n';
      using own = await login.clone();
      using account = await users.clone();
      await own.limit({ users: [name] });
      await account.limit({ users: [name] });
      return await greet(name, own, account);
    };
    for await (const socket of listen) {
      socket.setTimeout(PATIENCE, () => socket.destroy());
      socket.on('error', () => socket.destroy());
      serve(socket).then(
        (answer) => socket.end(answer),
        (error: Error) => {
          log.write(`${error.message}\n`);
          socket.end('refused\n');
        },
      );
    }
  },
);
