// Headless Chromium shows a page of a granted origin, whose parts of other origins are refused.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { ownResolver } from '../frame/broker/own-resolver.ts';
import { serveSecurely } from '../frame/real/own-authority.ts';
import { assertRefused, lacks, slow, testAsUsers } from '../frame/real/run-as.ts';

const NAME = 'www.example.org';
const OTHER = 'ads.example.org';

testAsUsers(
  'Chromium shows a page of the granted origin without what lies elsewhere',
  slow || lacks('chromium'),
  async (t, user) => {
    if ((await user.run('id', ['-u'])).stdout === '0\n')
      return t.skip('Chromium confines no process of root');
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const host = request.headers.host?.split(':')[0];
      asked.push(`${host} ${request.url}`);
      response.setHeader('access-control-allow-origin', '*');
      if (request.url === '/own.js') response.end("document.body.append('own script ')");
      else if (request.url === '/page')
        response.setHeader('content-type', 'text/html').end(
          `<body><script src="/own.js"></script><script src="http://${OTHER}:${port}/ad.js"></script>
<script>fetch('http://${OTHER}:${port}/count').then(() => document.body.append('counted'), () => document.body.append('not counted'))</script>`,
        );
      else response.end("document.body.append('an advertisement ')");
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { at } = await ownResolver(t, { [NAME]: [['127.0.0.1']], [OTHER]: [['127.0.0.1']] });
    const shown = await user.exec([
      ...['--net', `${NAME}:${port}`, '--net', `127.0.0.1:${port}`, '--net-resolver', at],
      ...['--allow-calls', 'user_namespaces', '--env', 'HOME=/tmp'],
      ...['--', 'chromium', '--headless=new', '--disable-gpu', '--virtual-time-budget=10000'],
      ...['--dump-dom', `http://${NAME}:${port}/page`],
    ]);
    assert.match(shown.stdout, /own script/, shown.stderr);
    assert.match(shown.stdout, /not counted/);
    assert.doesNotMatch(shown.stdout, /an advertisement/);
    assert.ok(
      asked.every((one) => one.startsWith(`${NAME} `)),
      String(asked),
    );
    assertRefused(shown, `${OTHER}:443`);
  },
);

testAsUsers(
  'Chromium trusts the authority of a run whose requests are held',
  slow || lacks('chromium'),
  async (t, user) => {
    if ((await user.run('id', ['-u'])).stdout === '0\n')
      return t.skip('Chromium confines no process of root');
    if (!existsSync('/etc/chromium')) return t.skip('this Chromium has no folder of settings');
    const asked: string[] = [];
    const served = await serveSecurely(t, user, [NAME], (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response
        .setHeader('content-type', 'text/html')
        .end(
          `<body>shown<script>fetch('/x', { method: 'POST' }).then((r) => document.body.append(' posted ' + r.status))</script>`,
        );
    });
    const shown = await user.exec(
      [
        ...['--net', `GET ${NAME}:${served.port}`, ...served.lead],
        ...['--allow-calls', 'user_namespaces', '--env', 'HOME=/tmp'],
        ...['--', 'chromium', '--headless=new', '--disable-gpu', '--virtual-time-budget=10000'],
        ...['--dump-dom', `https://${NAME}:${served.port}/page`],
      ],
      { NODE_EXTRA_CA_CERTS: served.bundle },
    );
    assert.match(shown.stdout, /shown/, shown.stderr);
    assert.match(shown.stdout, /posted 403/);
    assert.ok(asked.includes('GET /page') && !asked.includes('POST /x'), String(asked));
  },
);
