import { directory, listener, program, writable } from 'cloudabi/program';
import fastify from 'fastify';
import { find } from './files.ts';

const schema = { site: directory(), listen: listener(), log: writable() };

export default program({ schema }, async ({ site, listen, log }) => {
  const app = fastify({ logger: { stream: log } });
  app.get('/*', async (request, reply) => {
    const page = await find(site, decodeURIComponent(request.url));
    if (page === undefined) return reply.code(404).send('Not found\n');
    return reply.type(page.type).send(page.body);
  });
  // Does as app.listen({ port }) would, with the socket that was handed over.
  await app.ready();
  app.server.listen(listen);
});
