// Clients of HTTP reach the server whose name is granted, over TLS that passes unread, and no other name of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { serveSecurely } from '../frame/real/own-authority.ts';
import { assertRefused, lacks, slow, type TestUser, testAsUsers } from '../frame/real/run-as.ts';

const NAME = 'www.example.org';
const OTHER = 'ads.example.org';

/** A client that fetches a URL, and trusts the authority in a file. */
type Client = {
  readonly needs: string;
  readonly words: (url: string, bundle: string) => readonly string[];
  /** Makes files of the client in the user's folder. */
  readonly prepare?: (user: TestUser, bundle: string) => Promise<void>;
  readonly isSlow?: true;
};

const JAVA = `
import java.net.URI;
import java.net.http.*;
public class Fetch {
  public static void main(String[] words) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(words[0])).build();
    System.out.print(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }
}
`;

const clients: Readonly<Record<string, Client>> = {
  curl: { needs: 'curl', words: (url, bundle) => ['curl', '-sS', '--cacert', bundle, url] },
  wget: {
    needs: 'wget',
    words: (url, bundle) => ['wget', '-q', '-t', '1', '--ca-certificate', bundle, '-O', '-', url],
  },
  'urllib of Python': {
    needs: 'python3',
    words: (url, bundle) => [
      ...['/usr/bin/python3', '-c'],
      `import ssl, urllib.request as u
print(u.urlopen('${url}', context=ssl.create_default_context(cafile='${bundle}')).read().decode(), end='')`,
    ],
  },
  'fetch of Node': {
    needs: 'node',
    words: (url, bundle) => [
      ...['env', `NODE_EXTRA_CA_CERTS=${bundle}`, process.execPath, '-e'],
      `fetch('${url}').then((r) => r.text()).then((t) => process.stdout.write(t), (e) => { console.error(e); process.exit(1) })`,
    ],
  },
  "Java's HttpClient": {
    needs: 'javac',
    isSlow: true,
    prepare: async ({ run, write, folder }, bundle) => {
      write('Fetch.java', JAVA);
      const compiled = await run('javac', ['-d', folder, `${folder}/Fetch.java`]);
      assert.equal(compiled.status, 0, compiled.stderr);
      const words = ['-importcert', '-noprompt', '-alias', 'own', '-storepass', 'changeit'];
      const stored = await run('keytool', [...words, '-file', bundle, '-keystore', `${folder}/store`]);
      assert.equal(stored.status, 0, stored.stderr + stored.stdout);
    },
    words: (url) => [
      'java',
      '-Djavax.net.ssl.trustStore=store',
      '-Djavax.net.ssl.trustStorePassword=changeit',
      '-cp',
      '.',
      'Fetch',
      url,
    ],
  },
};

async function fetchesTheGrantedName(t: TestContext, user: TestUser, client: Client): Promise<void> {
  const served = await serveSecurely(t, user, [NAME, OTHER], ({ headers, url }, response) =>
    response.end(`${headers.host?.split(':')[0]} ${url}\n`),
  );
  await client.prepare?.(user, served.bundle);
  const options = ['--read', '.', ...served.lead, '--net', `${NAME}:${served.port}`];
  const fetch = (name: string): Promise<{ status: unknown; stdout: string; stderr: string }> =>
    user.exec([...options, '--', ...client.words(`https://${name}:${served.port}/x`, served.bundle)]);
  const good = await fetch(NAME);
  assert.deepEqual([good.stdout, good.status], [`${NAME} /x\n`, 0], good.stderr);
  const bad = await fetch(OTHER);
  assert.notEqual(bad.status, 0);
  assert.equal(bad.stdout, '');
  assertRefused(bad, `${OTHER}:443`);
}

for (const [name, client] of Object.entries(clients))
  testAsUsers(
    `${name} fetches from the granted name alone`,
    client.isSlow ? slow || lacks(client.needs) : lacks(client.needs),
    (t, user) => fetchesTheGrantedName(t, user, client),
  );

const MUSL = `
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int count, char **words) {
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
  char bytes[64];
  int socket_, length;
  if (count < 3 || getaddrinfo(words[1], words[2], &hints, &found) != 0) { puts("no address"); return 1; }
  socket_ = socket(found->ai_family, SOCK_STREAM, 0);
  if (connect(socket_, found->ai_addr, found->ai_addrlen) != 0) { puts("not connected"); return 1; }
  if (write(socket_, "GET / HTTP/1.0\\r\\n\\r\\n", 18) != 18) return 1;
  for (length = 0; (length = read(socket_, bytes, sizeof bytes)) > 0;) write(1, bytes, length);
  return 0;
}
`;

testAsUsers('a static program of musl finds the granted name alone', lacks('musl-gcc'), async (t, user) => {
  const served = await serveSecurely(t, user, [NAME, OTHER], (_, response) => response.end());
  user.write('client.c', MUSL);
  execFileSync('musl-gcc', ['-static', '-O1', '-o', 'client', 'client.c'], { cwd: user.folder });
  const options = ['--read', '.', ...served.lead, '--net', `${NAME}:${served.port}`];
  const ask = (name: string): ReturnType<TestUser['exec']> =>
    user.exec([...options, '--', './client', name, String(served.port)]);
  // The server waits for TLS, and says so to a client without it.
  const good = await ask(NAME);
  assert.equal(good.status, 0, good.stdout);
  const bad = await ask(OTHER);
  assert.deepEqual([bad.stdout, bad.status], ['no address\n', 1]);
  assertRefused(bad, `${OTHER}:443`);
});
