import { directory, listener, program, writable } from 'cloudabi/program';
import express from 'express';
import { find } from './files.ts';

const schema = { site: directory(), listen: listener(), log: writable() };

export default program({ schema }, ({ site, listen, log }) => {
  const app = express();
  app.use(async (request, response) => {
    const page = await find(site, decodeURIComponent(request.path));
    log.write(`${request.method} ${request.path} ${page === undefined ? 404 : 200}\n`);
    if (page === undefined) response.status(404).send('Not found\n');
    else response.type(page.type).send(page.body);
  });
  app.listen(listen);
});
