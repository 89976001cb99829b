// Remedies speak the user's spelling: options for `cloudabi exec`, keys and tags for a document, names for the API.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { socketProblem } from '../../src/plan/linux/sockets.ts';
import { plan } from '../../src/plan/plan.ts';
import { explainCall, explainRefusal } from '../../src/process/refusal.ts';
import { readCommand } from '../../src/resources/command.ts';
import { type CommandOptions, command, file, socket } from '../../src/resources/constructors.ts';
import { make } from '../../src/resources/make.ts';
import type { Spelling } from '../../src/resources/spelling.ts';

import { makeFolder, makeProgram } from '../frame/programs.ts';

const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

describe('the remedy of a refusal', () => {
  const refusal = (missing: readonly string[], grant: number) => ({
    call: 'file_open',
    descriptor: grant,
    missing,
    grant,
  });

  test('names options to a user of options', (t) => {
    const program = makeProgram(t, EMPTY_MODULE);
    const path = makeFolder(t);
    const directories = { '/src': file(path), [path]: file(path) };
    const planned = plan(program, make('exec', readCommand, { directories }, 'options'));
    const remedy = (missing: readonly string[], grant: number): string =>
      explainRefusal(planned, refusal(missing, grant)).remedy;
    assert.equal(remedy(['file_create_file'], 3), `grant it with --write ${path}:/src instead of --read`);
    assert.equal(remedy(['file_unlink'], 4), `grant it with --write ${path} instead of --read`);
    assert.match(remedy([], 3), /:\/src ends here: grant the target of the path with an option of its own$/);
    assert.match(
      remedy(['proc_exec'], 3),
      /^no option grants that: write a document for 'cloudabi run' and add /,
    );
    assert.equal(remedy(['fd_read'], 0), 'leave out --no-stdin');
    const call = { call: 'connect', errno: 'EPERM', arguments: [], address: '192.0.2.1:80' };
    assert.match(
      explainCall(planned, call).remedy,
      /^no option grants it: write a document for 'cloudabi run'/,
    );
  });

  test('names rights and constructors to a user of the API', (t) => {
    const planned = plan(makeProgram(t, EMPTY_MODULE), { data: file(makeFolder(t)) });
    assert.equal(
      explainRefusal(planned, refusal(['file_create_file'], 0)).remedy,
      'data: add `create` to its rights',
    );
    const call = { call: 'connect', errno: 'EPERM', arguments: [], address: '192.0.2.1:80' };
    assert.equal(explainCall(planned, call).remedy, 'grant a socket() that connects there');
  });
});

describe('a mistake about a Linux program', () => {
  const mistake = (options: CommandOptions, spelling: Spelling): string => {
    try {
      plan(
        '/bin/true',
        spelling === 'options' ? make('exec', readCommand, options, spelling) : command(options),
      );
    } catch (error) {
      if (error instanceof Error) return error.message;
    }
    return '';
  };

  test('is told in options to a user of options', (t) => {
    const folder = makeFolder(t);
    mkdirSync(join(folder, 'inside'));
    assert.match(
      mistake({ stdin: file(folder) }, 'options'),
      /leave it through '\.\.'; grant it with --read/,
    );
    assert.match(
      mistake({ stdin: file(folder) }, 'object'),
      /leave it through '\.\.'; grant it in 'directories'/,
    );
    assert.match(mistake({ base: 'none', files: {} }, 'options'), /use '--base minimal', or grant it/);
    assert.match(mistake({ base: 'none', files: {} }, 'object'), /use 'base: minimal', or grant it/);
    assert.match(mistake({ workingDirectory: '/nowhere' }, 'options'), /; grant it with --read/);
  });

  test('about sockets names the network in options', () => {
    const resource = socket({ connect: '127.0.0.1:1', protocol: 'udp' });
    const held = { network: { mode: 'none' }, walls: 'all', scopes: true } as const;
    const problem = (spelling: Spelling): string =>
      socketProblem(resource, 'stdin', { ...held, spelling }) ?? '';
    assert.match(problem('options'), /grant '--network host'$/);
    assert.match(problem('document'), /grant 'network: host'$/);
  });
});
