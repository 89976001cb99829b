// Programs of the distribution, unmodified, do in their own world what they do outside. What is not installed is skipped.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CommandOptions, command, file } from '../../src/resources/constructors.ts';
import { launch } from '../../src/run/launch.ts';
import { makeFolder, until } from '../frame/programs.ts';
import { type Outcome, run, shell } from '../frame/run/linux/launching.ts';

/** Skips a test where a Debian package is missing. */
const needs = (path: string, packageName: string): { skip: string | false } => ({
  skip: !existsSync(path) && `needs the package ${packageName}`,
});

/** Folder of each version's programs in Debian. */
const POSTGRESQL = '/usr/lib/postgresql';

const ENVIRONMENT = { LANG: 'C.UTF-8', HOME: '/work', GIT_CONFIG_NOSYSTEM: '1' };

/** A folder that the program sees at `/work` and may change. */
function workIn(folder: string): CommandOptions {
  const all = file(folder, { rights: ['read', 'write', 'create', 'remove', 'execute'] });
  return {
    base: 'system',
    directories: { '/work': all },
    workingDirectory: '/work',
    environment: ENVIRONMENT,
  };
}

function succeeded({ reason, out, errors }: Outcome): string {
  assert.deepEqual(
    [reason.kind, 'code' in reason && reason.code],
    ['exited', 0],
    `${JSON.stringify(reason)}\n${out}\n${errors}`,
  );
  return out;
}

async function work(
  t: TestContext,
  script: string,
  prepare?: (folder: string) => void,
): Promise<{ folder: string; out: string }> {
  const folder = makeFolder(t);
  prepare?.(folder);
  return { folder, out: succeeded(await shell(script, workIn(folder))) };
}

test('coreutils say the same inside as outside', async (t) => {
  const script = `set -e
    printf 'b\\na\\nc\\n' > lines; sort lines | tee sorted | sha256sum
    mkdir -p d/e; cp -a lines d/e/; mv sorted d; ln -s e d/link; ls -R; cat d/link/lines | wc
    head -c 100000 /dev/zero | md5sum; seq 1000 | tail -1; stat -c '%s %F %u %g' lines; id -u; date +%Z; df -P /work > /dev/null
    find . -type f | sort | xargs cat | cksum; chmod 600 lines; rm -r d; echo done`;
  const inside = await work(t, script);
  const folder = makeFolder(t);
  const outside = spawnSync('/bin/sh', ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...ENVIRONMENT, PATH: '/usr/bin:/bin' },
  });
  assert.equal(inside.out, outside.stdout);
  assert.equal(readFileSync(join(inside.folder, 'lines'), 'utf8'), 'b\na\nc\n');
});

test('tar and gzip pack and unpack', async (t) => {
  const { folder } = await work(
    t,
    'set -e; mkdir a; seq 5000 > a/numbers; tar czf a.tgz a; rm -r a; tar xzf a.tgz; cmp <(seq 5000) a/numbers 2>/dev/null || seq 5000 | cmp - a/numbers'.replace(
      /cmp <\(seq 5000\) a\/numbers 2>\/dev\/null \|\| /,
      '',
    ),
  );
  assert.ok(existsSync(join(folder, 'a/numbers')));
});

test(
  'git makes a repository, commits, clones and says its status',
  needs('/usr/bin/git', 'git'),
  async (t) => {
    const { out } = await work(
      t,
      `set -e
    git init -q -b main source; cd source; git config user.email a@example.org; git config user.name A
    echo one > file; git add file; git commit -qm first; git status --porcelain; echo two >> file; git status --porcelain
    git stash -q; git stash pop -q; git diff --stat; cd ..; git clone -q source copy; git -C copy log --oneline | wc -l; git -C copy fsck`,
    );
    assert.match(out, /^ M file\n[\s\S]*1 file changed[\s\S]*\n1\n/);
  },
);

const PROJECT = {
  Makefile:
    'CFLAGS = -O1 -Wall\nall: program\nprogram: main.o part.o\n\t$(CC) -o $@ $^ -lm\ntest: program\n\t./program | grep -q 42\n',
  'main.c': '#include <stdio.h>\nint part(int);\nint main(void) { printf("%d\\n", part(6)); return 0; }\n',
  'part.c': '#include <math.h>\nint part(int x) { return (int)(sqrt(x * x) * 7); }\n',
};

function makeProject(folder: string): void {
  for (const [name, content] of Object.entries(PROJECT)) writeFileSync(join(folder, name), content);
}

test(
  'make and gcc build a project, whose program runs where it was built',
  needs('/usr/bin/gcc', 'gcc'),
  async (t) => {
    await work(t, 'make -s -j2 all && make -s test', makeProject);
  },
);

test(
  'results of a build cannot be started where the folder is data only',
  needs('/usr/bin/gcc', 'gcc'),
  async (t) => {
    const folder = makeFolder(t);
    makeProject(folder);
    const data = file(folder, { rights: ['read', 'write', 'create', 'remove'] });
    const outcome = await shell('make -s all && ./program', {
      ...workIn(folder),
      directories: { '/work': data },
    });
    assert.match(outcome.errors, /Permission denied/);
  },
);

test(
  'Python has its library, its processes and its threads, and pip says what it has',
  needs('/usr/bin/python3', 'python3'),
  async (t) => {
    const source = `
import subprocess, threading, json, ssl, sqlite3, tempfile, multiprocessing, pwd, os
print(json.dumps(subprocess.check_output(['echo', 'child']).decode()))
found = []
threads = [threading.Thread(target=found.append, args=(n,)) for n in range(8)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
print(sorted(found), ssl.OPENSSL_VERSION[:7], sqlite3.connect(':memory:').execute('select 6*7').fetchone())
with tempfile.TemporaryDirectory() as folder: open(folder + '/x', 'w').write('y')
with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, 2]))
print(pwd.getpwuid(os.getuid()).pw_uid == os.getuid())
`;
    const folder = makeFolder(t);
    writeFileSync(join(folder, 'a.py'), source);
    const out = succeeded(await run('/usr/bin/python3', { ...workIn(folder), arguments: ['a.py'] }));
    assert.match(out, /^"child\\n"\n\[0, 1, 2, 3, 4, 5, 6, 7\] OpenSSL \(42,\)\n\[1, 2\]\nTrue\n$/);
  },
);

test(
  'Node runs workers, children and servers, and npm installs a package without a network',
  needs('/usr/bin/npm', 'npm'),
  async (t) => {
    const { out, folder } = await work(
      t,
      'set -e; cd app; npm install --offline --no-audit --no-fund ../part >/dev/null; node index.js',
      (root) => {
        mkdirSync(join(root, 'part'));
        mkdirSync(join(root, 'app'));
        writeFileSync(join(root, 'part/package.json'), '{"name":"part","version":"1.0.0","main":"main.js"}');
        writeFileSync(join(root, 'part/main.js'), 'module.exports = 7;');
        writeFileSync(join(root, 'app/package.json'), '{"name":"app","version":"1.0.0"}');
        writeFileSync(
          join(root, 'app/index.js'),
          `const { Worker } = require('worker_threads');
         const child = require('child_process').execFileSync(process.execPath, ['-p', '6 * require("part")'], { cwd: __dirname });
         new Worker('require("worker_threads").parentPort.postMessage(1)', { eval: true }).on('message', (n) => console.log(n, String(child).trim()));`,
        );
      },
    );
    assert.equal(out, '1 42\n');
    assert.ok(existsSync(join(folder, 'app/node_modules/part')));
  },
);

test('Perl, awk and sed do their work', needs('/usr/bin/perl', 'perl'), async (t) => {
  const { out } = await work(
    t,
    `perl -MPOSIX -e 'print floor(42.5), "\\n"'; seq 4 | awk '{ s += $1 } END { print s }'; echo abc | sed s/b/x/`,
  );
  assert.equal(out, '42\n10\naxc\n');
});

test('vim edits a file in a terminal of its own', needs('/usr/bin/vim', 'vim'), async (t) => {
  const folder = makeFolder(t);
  const started = launch(
    '/usr/bin/vim',
    command({
      ...workIn(folder),
      arguments: ['-u', 'NONE', 'file'],
      terminal: true,
      environment: { TERM: 'xterm', HOME: '/work' },
    }),
  );
  const { terminal } = started;
  assert.ok(terminal);
  terminal.output.resume();
  terminal.input.write('ityped in vim\x1b:wq\r');
  const reason = await started.exited;
  assert.equal(reason.kind === 'exited' && reason.code, 0, JSON.stringify(reason));
  assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'typed in vim\n');
});

for (const [name, program, end] of [
  ['Python', '/usr/bin/python3', 'exit()'],
  ['Node', process.execPath, '.exit'],
] as const)
  test(`the prompt of ${name} answers in a terminal of its own`, {
    ...needs(program, name),
    timeout: 300_000,
  }, async (t) => {
    const world = { ...workIn(makeFolder(t)), terminal: true };
    const environment = { TERM: 'xterm', HOME: '/work', NODE_REPL_HISTORY: '', NODE_DISABLE_COLORS: '1' };
    const started = launch(program, command({ ...world, environment }));
    t.after(() => started.kill());
    const { terminal } = started;
    assert.ok(terminal);
    let shown = '';
    terminal.output.on('data', (chunk) => {
      shown += chunk;
    });
    const answers = (expected: RegExp): Promise<void> =>
      until(`${name} showed ${expected}`, () => expected.test(shown));
    await answers(/> /);
    terminal.input.write('[6 * 7 - 1, 6 * 7]\r');
    await answers(/\[ ?41, 42 ?\]/);
    terminal.input.write(`${end}\r`);
    const reason = await started.exited;
    assert.equal(reason.kind === 'exited' && reason.code, 0, shown);
  });

test('ffmpeg converts an upload that it can only read', needs('/usr/bin/ffmpeg', 'ffmpeg'), async (t) => {
  const { folder } = await work(
    t,
    'ffmpeg -v error -f lavfi -i sine=duration=1 a.wav && ffmpeg -v error -i a.wav b.flac',
  );
  assert.ok(existsSync(join(folder, 'b.flac')));
});

test('nginx serves with its own processes', needs('/usr/sbin/nginx', 'nginx'), async (t) => {
  const script = `set -e; mkdir site logs; echo served > site/index.html
     printf 'user root root; daemon on; pid nginx.pid; error_log logs/error; events {} http { access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5; server { listen 127.0.0.1:80; root site; } }' > nginx.conf
     nginx -p /work -c /work/nginx.conf; sleep 0.3; python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1/").read().decode())'; nginx -p /work -c /work/nginx.conf -s stop`;
  const outcome = await shell(script, { ...workIn(makeFolder(t)), network: 'loopback' });
  assert.match(succeeded(outcome), /served/);
});

test('PostgreSQL makes a database in a granted directory and serves it by a socket there', async (t) => {
  const [programs] = existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL) : [];
  if (programs === undefined) return t.skip('needs the package postgresql');
  const folder = makeFolder(t);
  chmodSync(folder, 0o777);
  const script = `set -e; PATH=${POSTGRESQL}/${programs}/bin:$PATH
    initdb -D /data/db -A trust -U me > /dev/null
    pg_ctl -D /data/db -w -l /data/log -o "-k /data -c listen_addresses=''" start > /dev/null
    psql -h /data -U me -d postgres -Atc 'select sum(x) from generate_series(1, 1000) x'
    pg_ctl -D /data/db -w -m fast stop > /dev/null`;
  const argv = ['dist/bin/cloudabi.js', 'exec', '--base', 'system', '--write', `${folder}:/data`];
  // It refuses to run for root.
  const user = process.getuid?.() === 0 ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const arguments_ = [...user, process.execPath, ...argv, '--', 'sh', '-c', script];
  const { status, stdout, stderr } = spawnSync('setpriv', arguments_, { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [0, '500500\n'], stderr);
});

test(
  'a minimal world runs git alone, and nothing that it would start',
  needs('/usr/bin/git', 'git'),
  async (t) => {
    const folder = makeFolder(t);
    cpSync('/etc/hostname', join(folder, 'file'));
    const { base: _, ...rest } = workIn(folder);
    const minimal = { ...rest, dev: true };
    succeeded(await run('git', { ...minimal, arguments: ['init', '-q'] }));
    succeeded(await run('git', { ...minimal, arguments: ['add', 'file'] }));
    assert.match(
      succeeded(await run('git', { ...minimal, arguments: ['status', '--porcelain'] })),
      /^A {2}file/,
    );
    const outcome = await run('git', { ...minimal, arguments: ['rebase', '--exec', 'true', 'HEAD'] });
    assert.notEqual(outcome.reason.kind === 'exited' && outcome.reason.code, 0);
  },
);
