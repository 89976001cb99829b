import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { launch, pipe, service } from '../../src/index.ts';
import { makeFolder } from '../frame/programs.ts';
import { compile } from '../frame/sdk/assemblyscript.ts';

const SOURCE = `
import { Argdata, ArgdataMap, ArgdataSeq, Channel, channelOf, connectTo, Errno, findAddresses, findUser, findUserById, openFile, program } from 'cloudabi/assemblyscript';

program((argdata) => {
  const output = argdata.get('output').stream().value;
  const users = new Channel(argdata.get('users').descriptor().value.fd);
  const root = findUser(users, 'root').value;
  output.writeText('root ' + root.uid.toString() + ' ' + root.home + '\\n').check();
  output.writeText('daemon ' + (findUser(users, 'daemon').error == Errno.noent ? 'unknown' : 'known') + '\\n').check();
  const clone = users.clone().value;
  const none = new ArgdataMap().set('users', new ArgdataSeq().build()).build();
  clone.narrow(none).check();
  output.writeText('narrowed ' + (findUserById(clone, 0).error == Errno.noent ? 'yes' : 'no') + '\\n').check();
  const wide = new ArgdataMap().set('users', new ArgdataSeq().push(Argdata.fromStr('daemon')).build()).build();
  output.writeText('wider ' + (users.narrow(wide).error == Errno.notcapable ? 'refused' : 'granted') + '\\n').check();
  output.writeText(users.call('nonsense').message + '\\n').check();
  clone.close().check();
  const zygote = new Channel(argdata.get('zygote').descriptor().value.fd);
  const dice = channelOf(zygote.call('open', new ArgdataMap().set('service', Argdata.fromStr('random')).build())).value;
  const bytes = dice.call('bytes', new ArgdataMap().set('count', Argdata.fromInt<i32>(16)).build()).value.binary().value;
  output.writeText('random ' + bytes.length.toString() + '\\n').check();
  const files = new Channel(argdata.get('files').descriptor().value.fd);
  const path = argdata.get('path').str().value;
  output.writeText('file ' + openFile(files, path).value.readText().value + '\\n').check();
  output.writeText('other ' + (openFile(files, '/etc/passwd').ok ? 'opened' : 'refused') + '\\n').check();
  const names = new Channel(argdata.get('names').descriptor().value.fd);
  output.writeText('address ' + findAddresses(names, '127.0.0.1').value[0] + '\\n').check();
  const network = new Channel(argdata.get('network').descriptor().value.fd);
  const socket = connectTo(network, 'localhost', argdata.get('port').int<u16>().value).value;
  output.writeText('server ' + socket.readText().value + '\\n').check();
});
`;

test('a program in AssemblyScript asks services, narrows its channels and takes descriptors', async (t) => {
  const { status, messages, bytes } = await compile(SOURCE);
  assert.deepEqual({ status, messages }, { status: 0, messages: '' });
  const folder = makeFolder(t);
  const program = join(folder, 'program.wasm');
  const path = join(folder, 'named');
  writeFileSync(program, bytes);
  writeFileSync(path, 'its text');
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const at = server.address();
  assert.ok(typeof at === 'object' && at !== null);
  const output = pipe('write');
  const process = launch(program, {
    output,
    users: service({ pwd: { users: ['root'] } }),
    zygote: service({ zygote: { services: { random: {} } } }),
    files: service({ fileargs: { files: [path] } }),
    names: service({ dns: { families: ['ipv4'] } }),
    network: service({ net: { connect: [`localhost:${at.port}`] } }),
    path,
    port: at.port,
  });
  const words = await text(output.stream);
  assert.deepEqual(
    words.split('\n'),
    [
      'root 0 /root',
      'daemon unknown',
      'narrowed yes',
      'wider refused',
      "Cannot ask for 'nonsense': Service 'pwd' has no such call (ENOSYS)",
      'random 16',
      'file its text',
      'other refused',
      'address 127.0.0.1',
      'server hello',
      '',
    ],
    JSON.stringify(await process.exited),
  );
});
