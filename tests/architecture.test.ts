import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Everything may import harmless text and facts of Linux; both import nothing. */
const BOTTOM: readonly string[] = ['text', 'linux'];

/** The folders of src/, from the bottom up, with the lower folders that each may import. */
const layers: Readonly<Record<string, readonly string[]>> = {
  argdata: [],
  abi: ['argdata'],
  network: [],
  policy: ['network'],
  asking: ['network', 'policy'],
  learning: ['argdata'],
  host: ['abi', 'argdata'],
  elf: ['host'],
  overlays: ['host'],
  audit: ['host'],
  control: ['asking', 'network', 'host'],
  kernel: ['host', 'abi', 'argdata'],
  walls: ['kernel', 'host', 'abi'],
  encryption: ['walls', 'host'],
  capsicum: ['walls', 'kernel', 'host', 'abi'],
  'ssh-agent': [],
  nscd: [],
  syslog: [],
  requests: ['capsicum', 'walls', 'kernel', 'network', 'host', 'abi'],
  broker: ['asking', 'network', 'host'],
  services: [
    'ssh-agent',
    'broker',
    'requests',
    'capsicum',
    'walls',
    'kernel',
    'network',
    'policy',
    'host',
    'abi',
    'argdata',
  ],
  supervisor: ['walls', 'policy', 'host'],
  worlds: ['learning', 'supervisor', 'walls', 'kernel', 'network', 'policy', 'host', 'abi'],
  gates: ['elf', 'worlds', 'capsicum', 'walls', 'kernel', 'host', 'abi', 'argdata'],
  resources: ['services', 'requests', 'kernel', 'network', 'policy', 'host', 'abi', 'argdata'],
  profiles: ['resources', 'network', 'policy', 'host'],
  program: ['services', 'resources', 'gates', 'walls', 'kernel', 'host', 'abi', 'argdata'],
  plan: [
    'profiles',
    'services',
    'overlays',
    'requests',
    'elf',
    'gates',
    'worlds',
    'supervisor',
    'walls',
    'resources',
    'kernel',
    'network',
    'policy',
    'host',
    'abi',
    'argdata',
  ],
  process: [
    'services',
    'asking',
    'requests',
    'plan',
    'gates',
    'worlds',
    'supervisor',
    'walls',
    'resources',
    'kernel',
    'network',
    'policy',
    'host',
    'abi',
    'argdata',
  ],
  run: [
    'services',
    'encryption',
    'audit',
    'control',
    'asking',
    'learning',
    'overlays',
    'ssh-agent',
    'nscd',
    'syslog',
    'broker',
    'requests',
    'process',
    'plan',
    'program',
    'gates',
    'worlds',
    'supervisor',
    'walls',
    'resources',
    'kernel',
    'network',
    'policy',
    'host',
    'abi',
    'argdata',
  ],
  oci: ['elf', 'run', 'plan', 'worlds', 'walls', 'resources', 'host'],
  graph: [
    'control',
    'broker',
    'requests',
    'profiles',
    'run',
    'process',
    'plan',
    'resources',
    'services',
    'kernel',
    'network',
    'host',
    'abi',
    'argdata',
  ],
  claims: ['graph', 'process', 'profiles', 'run', 'plan', 'resources', 'host', 'abi', 'argdata'],
  studio: ['graph', 'control', 'run', 'program', 'process', 'plan', 'resources', 'services', 'argdata'],
  toolchain: ['host'],
  cli: [
    'encryption',
    'studio',
    'graph',
    'audit',
    'control',
    'profiles',
    'asking',
    'learning',
    'overlays',
    'requests',
    'toolchain',
    'oci',
    'run',
    'process',
    'plan',
    'gates',
    'worlds',
    'supervisor',
    'walls',
    'resources',
    'kernel',
    'network',
    'policy',
    'host',
    'abi',
    'argdata',
  ],
  bin: ['oci', 'cli', 'run', 'services', 'requests', 'encryption'],
  'index.ts': [
    'services',
    'asking',
    'run',
    'process',
    'plan',
    'gates',
    'walls',
    'resources',
    'network',
    'policy',
    'argdata',
  ],
};

/** `types`: nothing is left of it at run time. */
type Import = { readonly from: string; readonly to: string; readonly types: boolean };

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
);

/** Every import and export statement and every import() of src/, types included. */
const imports: readonly Import[] = sources.flatMap((from) => {
  const text = readFileSync(join(root, 'src', from), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const to = name.startsWith('.') ? normalize(join(dirname(from), name)) : name;
    return { from, to, types: /^(?:import|export) type/.test(match[0]) };
  });
});

const folderOf = (path: string): string => path.split('/')[0] ?? '';

test('imports point downwards only', () => {
  assert.ok(imports.length > 300, `only ${imports.length} imports were found`);
  const wrong = imports
    .filter(({ to }) => sources.includes(to))
    .filter(
      ({ from, to }) =>
        folderOf(from) !== folderOf(to) &&
        !BOTTOM.includes(folderOf(to)) &&
        !layers[folderOf(from)]?.includes(folderOf(to)),
    );
  assert.deepEqual(wrong, []);
});

test('every relative import names a file of src/', () => {
  const lost = imports.filter(({ to }) => /\.[cm]?[jt]s$/.test(to) && !sources.includes(to));
  assert.deepEqual(lost, []);
});

test('no file imports itself by a detour', () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    if (sources.includes(to)) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), [...path, file].join(' -> '));
    if (done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
});

test('the kernel knows neither YAML nor kinds of program', () => {
  for (const { from, to } of imports) {
    if (folderOf(from) === 'kernel') assert.doesNotMatch(to, /yaml|^gates|^worlds|^walls|^resources/, from);
  }
});

test('tests lie where src/ says, and what they share lies apart', () => {
  const folders = new Set(sources.map((name) => dirname(name)));
  for (const name of sources) for (let at = dirname(name); at !== '.'; at = dirname(at)) folders.add(at);
  // Parts of the repository beside src/, and the tests that look at several parts at once.
  const others = /^(?:\.|bench|docs|examples|fuzz|sdk|differential|faults|real)$/;
  const files = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => !/^(?:frame|programs)\//.test(name));
  assert.deepEqual(
    files.filter((name) => !name.endsWith('.test.ts')),
    [],
    'a module without tests belongs in tests/frame, a program in tests/programs',
  );
  assert.deepEqual(
    files.filter((name) => !folders.has(dirname(name)) && !others.test(dirname(name))),
    [],
    'no folder of src/ has this name',
  );
  const attacks = readdirSync(join(root, 'attacks'), { encoding: 'utf8' });
  assert.deepEqual(
    attacks.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')),
    [],
    'the code of an attacker belongs in attacks/inside',
  );
  const frame = readdirSync(join(root, 'tests/frame'), { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    frame.filter((name) => name.endsWith('.test.ts')),
    [],
  );
});

test('the page of the studio imports its libraries, and types of the messages alone', () => {
  const folder = join(root, 'packages/studio/page');
  const libraries =
    /^(?:react|react-dom\/client|@xyflow\/react(?:\/dist\/base\.css)?|@dagrejs\/dagre|uplot(?:\/dist\/uPlot\.min\.css)?)$/;
  for (const name of readdirSync(folder).filter((file) => /\.tsx?$/.test(file))) {
    const text = readFileSync(join(folder, name), 'utf8');
    for (const [line, from, bare = ''] of text.matchAll(
      /^(?:import|export)\s[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm,
    )) {
      const to = from ?? bare;
      if (to.startsWith('../../../'))
        assert.match(line, /^import type .* from '..\/..\/..\/src\/studio\/wire.ts'/s, name);
      else if (!to.startsWith('./')) assert.match(to, libraries, name);
    }
  }
});

test('packages are imported where they belong and nowhere else', () => {
  const homes: Readonly<Record<string, RegExp>> = {
    koffi: /^host\/libc\.ts$/,
    yaml: /^argdata\/yaml/,
    'smol-toml': /^services\/configuration\/parsers\.ts$/,
    ini: /^services\/configuration\/parsers\.ts$/,
    commander: /^cli\//,
    '@kubernetes/client-node':
      /^(?:graph\/(?:kubernetes\/apply|channels\/cluster-api)|claims\/cluster-client)\.ts$/,
    'prom-client': /^graph\/metrics\.ts$/,
    diff: /^overlays\/text-diff\.ts$/,
    esbuild: /^gates\/node\/(?:link(?:er)?|bundle|left-out|created-requires)\.ts$/,
    '@yowasp/clang': /^toolchain\//,
    'reflect-metadata': /^(?:requests\/(?:authority|certificate-keys)|graph\/channels\/authority)\.ts$/,
    '@peculiar/asn1-schema': /^requests\/authority\.ts$/,
    '@peculiar/asn1-x509': /^requests\/authority\.ts$/,
    '@peculiar/x509': /^(?:requests\/(?:authority|certificate-keys)|graph\/channels\/authority)\.ts$/,
  };
  for (const { from, to } of imports) {
    if (to.startsWith('node:') || sources.includes(to)) continue;
    assert.match(from, homes[to] ?? /^$/, `${from} imports ${to}`);
  }
});

/** The packages that importing a file of dist/ has loaded. */
function packagesLoadedBy(file: string): string[] {
  const script = `await import(${JSON.stringify(join(root, 'dist', file))});
    const { createRequire } = await import('node:module');
    console.log(Object.keys(createRequire(process.cwd() + '/').cache).join('\\n'));`;
  const args = ['--input-type=module', '-e', script];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const names = stdout.split('\n').map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined);
}

test('loading us leaves the standard streams of the caller alone: importing node:process would open them', () => {
  assert.deepEqual(
    imports.filter(({ to, types }) => /^(?:node:)?process$/.test(to) && !types),
    [],
  );
});

test('the API loads no YAML parser before a document is to be read', () => {
  const api = packagesLoadedBy('index.js');
  assert.ok(!api.includes('yaml') && !api.includes('commander'), api.join());
  assert.ok(packagesLoadedBy('plan/grants.js').includes('yaml'));
  assert.deepEqual(packagesLoadedBy('argdata/index.js'), []);
});

test('a process that runs a program has no YAML parser and no command line in it', () => {
  const reached = new Set<string>(['bin/wasm-process.ts', 'bin/node-process.ts']);
  for (const file of reached) {
    for (const { from, to, types } of imports) if (from === file && !types) reached.add(to);
  }
  assert.ok(reached.has('gates/wasm/start.ts'));
  const unwanted = [...reached].filter((name) => /yaml|commander|^cli\//.test(name));
  assert.deepEqual(unwanted, []);
});
