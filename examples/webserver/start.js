// The session of `npm start`: the plan, the web server at work, and the attempts of a program that acts as an attacker
// who controls the server. Everything runs through the commands that a user would type; they are printed before they run.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
const commands = {
  cloudabi: fileURLToPath(new URL('../../dist/bin/cloudabi.js', import.meta.url)),
  'cloudabi-run': fileURLToPath(new URL('../../dist/bin/cloudabi-run.js', import.meta.url)),
};
const ADDRESS = 'http://127.0.0.1:8080/';
const colours = process.stdout.isTTY && !process.env.NO_COLOR;

function heading(text) {
  console.log(`\n${colours ? styleText('bold', text) : text}\n`);
}

function argv(command, rest) {
  console.log(`$ ${[command, ...rest].join(' ')}\n`);
  return [commands[command], ...rest];
}

function runToEnd(command, ...rest) {
  const { status } = spawnSync(process.execPath, argv(command, rest), { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Asks for the page until the server answers or has ended. */
async function answered(server) {
  while (server.exitCode === null) {
    const ok = await new Promise((resolve) => {
      get(ADDRESS, (response) => resolve(response.resume().statusCode === 200)).on('error', () =>
        resolve(false),
      );
    });
    if (ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** Ends with one line when something else has the address, whose answers would pass for the server's. */
async function requireFreeAddress() {
  const { hostname, port } = new URL(ADDRESS);
  const probe = createServer().listen(Number(port), hostname);
  try {
    await once(probe, 'listening');
  } catch (error) {
    console.error(
      `Cannot listen on ${hostname}:${port}: ${error.code}; end what has it, or change it in grants.yaml and start.js`,
    );
    process.exit(66);
  }
  probe.close();
  await once(probe, 'close');
}

await requireFreeAddress();
heading('1. The plan: what the server is granted, and what enforces each limit');
runToEnd('cloudabi', 'explain', 'server.wasm', '--config', 'grants.yaml');

heading('2. The server starts with exactly that');
const server = spawn(process.execPath, argv('cloudabi-run', ['--config', 'grants.yaml', 'server.wasm']), {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 0));
if (await answered(server)) {
  console.log(`It answers at ${ADDRESS}`);

  heading('3. A second program with the same grants, as if an attacker had taken the server over');
  runToEnd('cloudabi-run', '--config', 'exploit-grants.yaml', 'exploit.wasm');

  heading(`Open ${ADDRESS} in a browser. Ctrl-C ends the server.`);
}
