import assert from 'node:assert/strict';
import { constants as fileConstants, readdirSync, readFileSync } from 'node:fs';
import { constants as hostConstants } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LinuxErrno } from '../../src/linux/errno.ts';
import * as openFlags from '../../src/linux/open-flags.ts';
import * as signals from '../../src/linux/signals.ts';
import * as stat from '../../src/linux/stat.ts';
import { printedNow } from '../frame/host/machine-code.ts';

const source = fileURLToPath(new URL('../../../src', import.meta.url));

/** Rooms whose numbers are not the kernel's: the ABI of CloudABI, encodings, and the compiler's. */
const OTHERS = /^(?:abi|argdata|toolchain)\//;

/** Beginnings of names in the kernel's headers. */
const KERNELS =
  /^(?:_*(?:AF|AT|AUDIT_ARCH|BPF|CAP|CLOCK|CLONE|DT|EFD|EM|ET|F|FS_IOC|FSCONFIG|FSMOUNT|FSOPEN|FUTEX|IFF|IORING|IPPROTO|KEYCTL|LANDLOCK|MAP|MFD|MNT|MOUNT_ATTR|MOVE_MOUNT|MS|MSG|NLM_F|O|OPEN_TREE|PF|PIDFD|PR|PROT|PT|RESOLVE|RLIMIT|RTA|RTM|RUSAGE|SA|SCM|SECBIT|SECCOMP|SHUT|SI|SIOCS|SO|SOCK|SOL|STATX|S|TCP|UTIME|W)_\w+|S_I\w+|SIG[A-Z0-9]+|TIOC\w+|TC[GS]ET\w*|FIO\w+|FICLONE\w*|POLL[A-Z]+|\w+_SUPER_MAGIC)$/;

type Definition = { readonly file: string; readonly name: string; readonly value: string };

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

const definitions: readonly Definition[] = files.flatMap((file) => {
  const text = readFileSync(join(source, file), 'utf8');
  const found = text.matchAll(/\b(?:const|let) (\w+)(?:: [\w<>[\] ]+)? = ([^;]+);/g);
  return [...found].map(([, name = '', value = '']) => ({ file, name, value }));
});

const inLinux = definitions.filter(({ file, name }) => file.startsWith('linux/') && /^[A-Z_]/.test(name));

/** The text of a file without comments. */
function codeOf(file: string): string {
  return readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

/** Files with rules of filters, and what stands for a refused call. What makes instructions out of rules has numbers of its own. */
const tables = files.filter(
  (file) =>
    /\b(?:FilterRule|CallRule)\b|host\/trap\/rules/.test(`${file} ${codeOf(file)}`) &&
    !/^walls\/(?:argument-test|call-filter|allow-list)\.ts$/.test(file),
);

test('a number of the kernel has its name once, in src/linux', () => {
  assert.ok(inLinux.length > 300, `only ${inLinux.length} constants were found`);
  const names = inLinux.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
  const again = definitions.filter(({ file, name }) => !file.startsWith('linux/') && names.includes(name));
  assert.deepEqual(again, []);
});

test('a name of the kernel stands for a number in src/linux alone', () => {
  const number = /^-?(?:0[xo])?[\da-f_]+n?$/;
  const elsewhere = definitions.filter(
    ({ file, name, value }) =>
      !file.startsWith('linux/') &&
      !OTHERS.test(file) &&
      (KERNELS.test(name) || name in LinuxErrno) &&
      number.test(value),
  );
  assert.deepEqual(elsewhere, []);
});

test('a table of calls has no number without a name', () => {
  assert.ok(tables.length > 10, tables.join());
  for (const file of tables) {
    const code = codeOf(file)
      // A version in a message is no number of the kernel's interface.
      .replace(/\bLinux \d+\.\d+/g, '')
      // A number is named by a constant or a property, but for what a test of an argument compares with.
      .replace(/\bconst \w+(?:: number)? = -?\w+;/g, '')
      .replace(/\b(?!value\b|mask\b)\w+: (?:0x)?[\da-f]+(?=[,\s}])/g, '');
    const large = code.match(/(?<![\w.'])(?:0[xo][\da-f]+|\d{2,}|[6-9])(?![\w'])/g) ?? [];
    assert.deepEqual(large, [], file);
    const compared = [
      ...code.matchAll(/\b(?:value|mask): [1-9]\d*/g),
      ...code.matchAll(/\b(?:equal|int|masked|without)\(\d, [1-9]\d*/g),
      ...code.matchAll(/\b(?:values: |oneOf\(\d, )\[[^\]]*\b[1-9]\d*[^\]]*\]/g),
    ];
    assert.deepEqual(
      compared.map(([match]) => match),
      [],
      file,
    );
  }
});

test('numbers are those that Node has from the headers of this architecture', () => {
  const host: Readonly<Record<string, number>> = { ...fileConstants, ...hostConstants.signals };
  const ours: Readonly<Record<string, unknown>> = { ...openFlags, ...signals, ...stat };
  const shared = Object.keys(ours).filter((name) => name in host);
  assert.ok(shared.length > 40, `only ${shared.length} are known to both`);
  for (const name of shared) assert.equal(ours[name], host[name], name);
  const errors: Readonly<Record<string, number>> = hostConstants.errno;
  for (const [name, number] of Object.entries(LinuxErrno)) assert.equal(number, errors[name] ?? number, name);
});

test('the C sources of machine code have the same numbers', () => {
  assert.equal(printedNow('numbers'), readFileSync('src/host/linux-numbers.h', 'utf8'));
  const written = readdirSync(join(source, 'host'), { recursive: true, encoding: 'utf8' });
  for (const file of written.filter((name) => /\.[ch]$/.test(name) && name !== 'linux-numbers.h')) {
    const own = readFileSync(join(source, 'host', file), 'utf8').matchAll(/#define (\w+) |\b(nr_\w+) =/g);
    const names = [...own].map(([, macro, call]) => macro ?? call ?? '');
    assert.deepEqual(
      names.filter((name) => KERNELS.test(name) || name in LinuxErrno || name.startsWith('nr_')),
      [],
      file,
    );
  }
});
