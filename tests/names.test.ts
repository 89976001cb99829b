import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * Names that several files export, by reason. Without a list of names, the captured part of each path differs.
 *
 * A name means one thing in the whole tree. It may stand again where one call exists at several layers, and where users
 * import it from different entry points of the package.
 */
const again: Readonly<Record<string, { readonly files: RegExp; readonly names?: readonly string[] }>> = {
  'a call of Linux, and the call of CloudABI that is made with it': { files: /^(host|kernel)\// },
  'the calls of each face': { files: /^gates\/wasm\/(cloudabi|wasi)\// },
  'machine code, each with the compiler that made it': {
    files: /^(?:host\/\w+|oci\/native)\/code\.ts$/,
    names: ['compiler'],
  },
  'a type of the ABI, and the value of argdata that carries it': {
    files: /^(?:abi\/generated\/constants|argdata\/value)\.ts$/,
    names: ['Fd', 'Timestamp'],
  },
  'rights of the ABI, and how programs write them': {
    files: /^(?:abi\/generated\/constants|program\/rights)\.ts$/,
    names: ['Rights'],
  },
  'a grant of a launcher, and the schema by which a program takes it': {
    files: /^(?:resources\/constructors|run\/launch|program\/schemas)\.ts$/,
    names: ['file', 'network', 'processDescriptor', 'service', 'sharedMemory'],
  },
  'an object of a program, and the row of the kernel behind it': {
    files: /^(?:program\/descriptor|kernel\/descriptors)\.ts$/,
    names: ['Descriptor'],
  },
  'cloudabi and cloudabi/capsicum, which are used apart': {
    files: /^(?:capsicum\/(?:limit|refusals)|resources\/limits|process\/refusal)\.ts$/,
    names: ['Limits', 'formatRefusal'],
  },
};

/** The files that export each name: what is generated is text in its generator, in backticks. */
const exported = new Map<string, Set<string>>();
for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.ts') || file.endsWith('.d.ts')) continue;
  const code = readFileSync(join(source, file), 'utf8').replace(/`(?:\\.|[^`\\])*`/g, '``');
  const found = code.matchAll(
    /^export (?:abstract |async )*(?:const|let|function\*?|class|type|interface|enum) (\w+)/gm,
  );
  for (const [, name = ''] of found) exported.set(name, (exported.get(name) ?? new Set()).add(file));
}

test('an exported name means one thing in the whole tree', () => {
  assert.ok(exported.size > 1000, `only ${exported.size} names were found`);
  const twins = [...exported]
    .map(([name, files]): readonly [string, readonly string[]] => [name, [...files]])
    .filter(([, files]) => files.length > 1);
  const unexplained = twins.filter(
    ([name, files]) =>
      !Object.values(again).some(({ files: allowed, names }) => {
        const places = files.map((file) => allowed.exec(file));
        if (places.includes(null)) return false;
        return names?.includes(name) ?? new Set(places.map((place) => place?.[1])).size === files.length;
      }),
  );
  assert.deepEqual(unexplained, []);
});

test('a comment of src/ names files that exist', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  /** Files of programs in examples, and parts of C libraries and of the kernel. */
  const foreign =
    /^(?:server\.ts|hello\.(?:ts|c)|env\.c|signal\.c|(?:elf|ldso|sysdeps|arch|include|fs|uapi|net|linux)\/[\w./-]+)$/;
  const lost = files
    .filter((name) => /\.(?:ts|c|h|S)$/.test(name) && !name.endsWith('.d.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(source, name), 'utf8');
      const comments = text.match(/\/\*[\s\S]*?\*\/|(?<=\s)\/\/[^\n]*/g) ?? [];
      const mentioned = comments.flatMap((comment) => [
        ...comment.matchAll(/(?<![\w/.@*-])(?:[a-z][\w-]*\/)*[a-z][\w.-]*\.(?:ts|c)\b/g),
      ]);
      return mentioned
        .map(([path]) => path)
        .filter((path) => !foreign.test(path))
        .filter(
          (path) =>
            !files.some((file) => file === path || file.endsWith(`/${path}`)) &&
            !existsSync(join(source, '..', path)),
        )
        .map((path) => `${name}: ${path}`);
    });
  assert.deepEqual(lost, []);
});
