import { createAdaptorServer } from '@hono/node-server';
import { directory, listener, program, writable } from 'cloudabi/program';
import { Hono } from 'hono';
import { find } from './files.ts';

const schema = { site: directory(), listen: listener(), log: writable() };

export default program({ schema }, ({ site, listen, log }) => {
  const app = new Hono();
  app.get('*', async (c) => {
    const page = await find(site, decodeURIComponent(c.req.path));
    log.write(`${c.req.method} ${c.req.path} ${page === undefined ? 404 : 200}\n`);
    if (page === undefined) return c.text('Not found\n', 404);
    return c.body(new Uint8Array(page.body), 200, { 'Content-Type': page.type });
  });
  createAdaptorServer({ fetch: app.fetch }).listen(listen);
});
