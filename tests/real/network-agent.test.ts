// An agent talks to an API with a key that it never sees: by the command line alone, with unmodified clients.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { serveSecurely } from '../frame/real/own-authority.ts';
import { lacks, testAsUsers } from '../frame/real/run-as.ts';

const NAME = 'api.example.org';
const OTHER = 'collector.example.org';
const KEY = 'sk-test-4fJ83kLmQz0pWx7Yb2Vd9NcR';

/** A request as the server has received it. */
type Received = {
  readonly origin: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
};

/** Answers as an API of models does: an event stream, a redirect to another origin, an echo of the head. */
async function answer(
  received: Received[],
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
): Promise<void> {
  const body = await text(request);
  const [origin = '', path = ''] = [request.headers.host?.split(':')[0], request.url];
  const key = String(request.headers['x-api-key'] ?? request.headers.authorization ?? '');
  received.push({ origin, path, key, body });
  if (path === '/v1/redirect') {
    response.writeHead(307, { location: `https://${OTHER}:${port}/v1/messages` }).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: {"echo":${JSON.stringify(key)}}\n\n`);
  response.end('data: [DONE]\n\n');
}

const NODE_AGENT = `
const [url] = process.argv.slice(2);
const ask = async (path, method = 'POST') => {
  try {
    const response = await fetch(url + path, { method, headers: { 'x-api-key': process.env.API_KEY }, ...(method === 'POST' && { body: '{}' }) });
    console.log(path, response.status, (await response.text()).trim().replace(/\\s+/g, ' '));
  } catch (error) { console.log(path, 'failed'); }
};
await ask('/v1/messages');
await ask('/v1/files', 'GET');
await ask('/v1/redirect');
console.log(Object.values(process.env).some((value) => value.includes('${KEY}')) ? 'seen' : 'never seen');
`;

testAsUsers('an agent calls its API with a key that it never sees', false, async (t, user) => {
  const received: Received[] = [];
  const api = await serveSecurely(t, user, [NAME, OTHER], (request, response) => {
    void answer(received, request, response, api.port);
  });
  user.write('agent.mjs', NODE_AGENT);
  user.write(
    'agent.yaml',
    `!command
base: system
arguments: [agent.mjs, 'https://${NAME}:${api.port}']
stdout: !fd stdout
stderr: !fd stderr
directories: { ${user.folder}: !file { path: ${user.folder}, rights: read } }
working_directory: ${user.folder}
network:
  hosts:
    - host: ${NAME}
      ports: ${api.port}
      methods: [POST]
      paths: [/v1/*]
      credential: { environment: API_KEY, as: { header: x-api-key } }
    - ${OTHER}:${api.port}
    - 127.0.0.1:${api.port}
  resolver: ${api.lead.at(-1)}
`,
  );
  const ran = await user.cloudabi(['run', '--config', 'agent.yaml', process.execPath], {
    API_KEY: KEY,
    NODE_EXTRA_CA_CERTS: api.bundle,
  });
  const [messages = '', files = '', redirect = '', seen] = ran.stdout.trim().split('\n');
  // An answer that repeats the key arrives with the placeholder, which has its length.
  const [, echoed = ''] = /"echo":"([^"]*)"/.exec(messages) ?? [];
  assert.match(messages, /^\/v1\/messages 200 .*\[DONE\]$/, ran.stderr);
  assert.equal(echoed.length, KEY.length);
  assert.notEqual(echoed, KEY);
  assert.match(files, /^\/v1\/files 403 /);
  assert.match(redirect, /^\/v1\/redirect (?:200|failed)/);
  assert.equal(seen, 'never seen');
  assert.deepEqual(
    received.filter(({ origin }) => origin === NAME).map(({ path, key }) => [path, key]),
    [
      ['/v1/messages', KEY],
      ['/v1/redirect', KEY],
    ],
  );
  for (const { key } of received.filter(({ origin }) => origin !== NAME)) assert.notEqual(key, KEY);
  assert.match(ran.stderr, /GET/);
  assert.doesNotMatch(ran.stdout + ran.stderr, new RegExp(KEY));
});

testAsUsers('curl and Python send a key that they never see', lacks('curl'), async (t, user) => {
  const received: Received[] = [];
  const api = await serveSecurely(t, user, [NAME], (request, response) => {
    void answer(received, request, response, api.port);
  });
  const script = `curl -sS -H "Authorization: Bearer $API_KEY" https://${NAME}:${api.port}/curl
/usr/bin/python3 -c "
import os, urllib.request as u
request = u.Request('https://${NAME}:${api.port}/python', headers={'Authorization': 'Bearer ' + os.environ['API_KEY']})
print(u.urlopen(request).read().decode())"`;
  const ran = await user.exec(
    [...['--secret', `API_KEY@${NAME}:${api.port}`, ...api.lead], ...['--', 'sh', '-c', script]],
    { API_KEY: KEY, NODE_EXTRA_CA_CERTS: api.bundle },
  );
  assert.deepEqual(
    received.map(({ path, key }) => [path, key]),
    [
      ['/curl', `Bearer ${KEY}`],
      ['/python', `Bearer ${KEY}`],
    ],
    ran.stderr,
  );
  assert.match(ran.stdout, /\[DONE\][\s\S]*\[DONE\]/);
  assert.doesNotMatch(ran.stdout + ran.stderr, new RegExp(KEY));
});
