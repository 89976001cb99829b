import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AMBIENT } from '../../src/toolchain/ambient.ts';
import {
  AMBIENT_HEADER,
  AMBIENT_PAGE,
  ambientHeader,
  withAmbientTable,
} from '../../src/toolchain/ambient-header.ts';
import type { Ambient } from '../../src/toolchain/ambient-row.ts';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { findSystemClang } from '../../src/toolchain/system.ts';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const clang = await loadClang();
const rows = AMBIENT.flatMap(({ names }) => names);

/** Compiles one file and gives the compiler's status, what it said and, if asked for, what it made. */
async function compile(
  name: string,
  source: string,
  argv: string[] = ['-c'],
): Promise<[number, string, Buffer]> {
  const cwd = mkdtempSync(join(tmpdir(), 'cloudabi-ambient-'));
  try {
    writeFileSync(join(cwd, name), source);
    let messages = '';
    const status = await cc([...argv, name, '-o', 'made'], {
      cwd,
      clang,
      stderr: (text) => (messages += text),
    });
    return [status, messages, status === 0 ? readFileSync(join(cwd, 'made')) : Buffer.alloc(0)];
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

const headers =
  'stdio.h stdlib.h unistd.h fcntl.h sys/stat.h sys/socket.h dirent.h time.h locale.h wchar.h ftw.h utime.h ' +
  'sys/time.h sys/statvfs.h assert.h dlfcn.h signal.h mqueue.h semaphore.h sys/mman.h sys/utsname.h sys/resource.h nl_types.h';
const includes = headers
  .split(' ')
  .map((name) => `#if __has_include(<${name}>)\n#include <${name}>\n#endif\n`)
  .join('');
const program = '#include <program.h>\n';

/** Returns the reason for which this machine has no compiler for `--system`; false when it has one. */
function reasonToSkipSystem(): string | false {
  try {
    findSystemClang('clang', true);
    return false;
  } catch (error) {
    return String(error);
  }
}

/** One line of C that uses a name in the way that is refused. */
function use({ name, declaration, when }: Ambient, line: number): string {
  if (when === undefined) return `void use${line}(void) { (void)&${name}; }\n`;
  const [, parameters = ''] = /\((.*)\)/.exec(declaration) ?? [];
  const values = parameters
    .split(', ')
    .filter((parameter) => parameter !== '...')
    .map((parameter) => (/ (directory|other)$/.test(parameter) ? 'AT_FDCWD' : '0'));
  return `void use${line}(void) { (void)${name}(${values.join(', ')}); }\n`;
}

for (const [language, name, standard, ...system] of [
  ['C11', 'use.c', '-std=gnu11'],
  ['C++17', 'use.cc', '-std=gnu++17'],
  ['C11 with --system', 'use.c', '-std=gnu11', '--system'],
  ['C++17 with --system', 'use.cc', '-std=gnu++17', '--system'],
] as const)
  for (const [order, first] of [
    ['before', program + includes],
    ['after', includes + program],
  ] as const)
    test(`in ${language}, each name of the table is refused with its replacement, included ${order} the C library`, {
      skip: system.length > 0 && reasonToSkipSystem(),
    }, async () => {
      const start = first.split('\n').length;
      const source = first + rows.map((row, i) => use(row, i)).join('');
      const flags = [
        '-D_GNU_SOURCE',
        '-D_WASI_EMULATED_SIGNAL',
        '-D_WASI_EMULATED_MMAN',
        '-D_WASI_EMULATED_GETPID',
        '-D_WASI_EMULATED_PROCESS_CLOCKS',
        '-Wno-unused-value',
        '-Wno-nonnull',
      ];
      const [status, messages] = await compile(name, source, [
        ...system,
        standard,
        '-c',
        '-ferror-limit=0',
        ...flags,
      ]);
      assert.equal(status, 1);
      const elsewhere = messages.match(/^(?!use\.).*: error: .*$/gm);
      assert.equal(elsewhere, null, 'a header of the C library conflicts with the table');
      const errors = new Map<number, string>();
      for (const [, line, text = ''] of messages.matchAll(/^use\.\w+:(\d+):\d+: error: (.*)$/gm))
        errors.set(Number(line), text);
      for (const [i, row] of rows.entries()) {
        const expected =
          row.when === undefined ? `'${row.name}' is unavailable: ${row.instead}` : row.instead;
        // The compiler prints what it holds, so a line feed in a message stays as it is written in C.
        assert.equal(errors.get(start + i), expected, row.name);
      }
      assert.equal(errors.size, rows.length, messages);
    });

test('the calls on descriptors that replace them compile and work', async (t) => {
  const source = `#include <program.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
struct device { int (*open)(void); int stat; };
void program_main(const argdata_t *ad) {
  int directory = 0, out = 1; /* as they stand in the grants */
  if (mkdirat(directory, "made", 0777) != 0) exit(1);
  int fd = openat(directory, "made/file", O_CREAT | O_EXCL | O_RDWR);
  FILE *stream = fdopen(fd, "w");
  if (stream == NULL || fprintf(stream, "42 text") < 0 || fclose(stream) != 0) exit(2);
  if (renameat(directory, "made/file", directory, "made/other") != 0) exit(3);
  struct stat info;
  if (fstatat(directory, "made/other", &info, 0) != 0 || info.st_size != 7) exit(4);
  stream = fdopen(openat(directory, "made/other", O_RDONLY), "r");
  int number;
  char word[8];
  if (stream == NULL || fscanf(stream, "%d %7s", &number, word) != 2 || fclose(stream) != 0) exit(5);
  if (unlinkat(directory, "made/other", 0) != 0 || unlinkat(directory, "made", AT_REMOVEDIR) != 0) exit(6);
  if (openat(directory, "made", O_RDONLY) >= 0) exit(7);
  dprintf(out, "%d %s: %s\\n", number, word, strerror(errno));
  DIR *entries = fdopendir(directory);
  int count = 0;
  while (readdir(entries) != NULL) ++count;
  struct tm broken;
  time_t moment = 86400;
  char date[32];
  strftime(date, sizeof(date), "%Y-%m-%d", gmtime_r(&moment, &broken));
  dprintf(out, "%d %s %d\\n", count, date, newlocale(LC_ALL_MASK, "C", NULL) != NULL);
  if (!(ad != NULL)) abort();
}
`;
  const [status, messages, made] = await compile('works.c', source, ['-std=c11', '-D_GNU_SOURCE', '-Wall']);
  assert.deepEqual({ status, messages }, { status: 0, messages: '' });
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'granted'));
  writeFileSync(join(cwd, 'works.wasm'), made);
  const input = '- !file {path: granted, rights: [read, write, create, remove]}\n- !fd stdout\n';
  const stdout = '42 text: No such file or directory\n2 1970-01-02 1\n';
  assert.deepEqual(command('cloudabi-run', ['works.wasm'], { cwd, input }), {
    status: 0,
    stdout,
    stderr: '',
  });
  assert.deepEqual(readdirSync(join(cwd, 'granted')), []);
});

test('std::cout is refused, included before or after, and other streams are not', async () => {
  const body = 'void program_main(const argdata_t *) { std::ostringstream o; o << 1; std::ofstream f; }\n';
  const streams = '#include <iostream>\n#include <fstream>\n#include <sstream>\n';
  const [status, messages] = await compile('s.cc', `${program}${streams}${body}`, ['-c', '-O0']);
  assert.equal(status, 0, messages);
  for (const first of [program + streams, streams + program]) {
    const source = `${first}void f() { std::cout << 1; }\n`;
    const [refused, reason] = await compile('s.cc', source, ['-fsyntax-only']);
    assert.equal(refused, 1);
    assert.match(reason, /^s\.cc:5:\d+: error: 'cout' is unavailable: there are no standard streams: /m);
  }
});

test('the headers of the C++ library know nothing of what is refused', async () => {
  const headers =
    'algorithm array atomic bitset charconv chrono compare complex concepts cstdio cstdlib ctime deque exception ' +
    'filesystem format fstream functional iomanip iostream iterator limits list locale map memory mutex numeric ' +
    'optional ostream queue random ranges ratio regex set span sstream string string_view system_error thread ' +
    'tuple type_traits unordered_map utility valarray variant vector';
  const all = headers.split(' ').map((name) => `#include <${name}>\n`);
  const source = `${program}${all.join('')}void f(std::ostream &o) { o << std::string("x"); }\n`;
  assert.deepEqual((await compile('all.cc', source, ['-std=gnu++20', '-c'])).slice(0, 2), [0, '']);
});

test('the header and the table of the documentation are those that the data makes', () => {
  assert.equal(readFileSync(AMBIENT_HEADER, 'utf8'), ambientHeader());
  const page = readFileSync(AMBIENT_PAGE, 'utf8');
  assert.equal(withAmbientTable(page), page);
});
