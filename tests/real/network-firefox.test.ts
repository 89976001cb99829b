// Headless Firefox trusts the authority of a run, by a policy in its folder of settings.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { serveSecurely } from '../frame/real/own-authority.ts';
import { assertRefused, lacks, slow, testAsUsers } from '../frame/real/run-as.ts';

const NAME = 'www.example.org';

testAsUsers(
  'Firefox trusts the authority of a run whose requests are held',
  slow || lacks('firefox-esr'),
  async (t, user) => {
    if ((await user.run('id', ['-u'])).stdout === '0\n') return t.skip('Firefox is run by ordinary users');
    if (!existsSync('/usr/share/firefox-esr/distribution'))
      return t.skip('this Firefox has its settings elsewhere');
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
        ...['--', 'firefox-esr', '--headless', '--screenshot', '/tmp/page.png'],
        `https://${NAME}:${served.port}/page`,
      ],
      { NODE_EXTRA_CA_CERTS: served.bundle },
    );
    assert.ok(asked.includes('GET /page') && !asked.includes('POST /x'), `${asked} ${shown.stderr}`);
    assertRefused(shown, `'GET,POST ${NAME}`);
  },
);
