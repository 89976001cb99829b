// Builds dist/: type-checks everything with tsc, which also emits the library, then links each
// executable into one file, because loading sixty small modules costs more than the program it starts.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const nowhere = openSync('/dev/null', 'r+');
process.chdir(root);

function run(...argv) {
  const { status, error } = spawnSync(process.execPath, argv, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!process.argv.includes('--keep')) rmSync('dist', { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
run('node_modules/typescript/bin/tsc', '-p', 'packages/studio/tsconfig.json');

// Each executable becomes one CommonJS file. Node starts those a good deal faster than ES modules, and esbuild
// keeps what is imported with import() unevaluated until it is wanted.
const entries = existsSync('src/bin') ? readdirSync('src/bin').filter((name) => name.endsWith('.ts')) : [];
const { outputFiles } = await build({
  entryPoints: entries.map((name) => `src/bin/${name}`),
  outdir: 'dist/bin',
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  external: ['@koromix/*', '@kubernetes/client-node', '@yowasp/clang', 'esbuild'],
  plugins: [nativeKoffi(), lateBuiltins(), ociGrants(), lateParts()],
  define: { 'import.meta.url': '__importMetaUrl', USUAL_FILTERS: JSON.stringify(await usualFilters()) },
  logLevel: 'warning',
});
// Workers in capability mode load this one file before anything of their own.
await build({
  entryPoints: ['src/capsicum/preload.ts'],
  outfile: 'dist/capsicum/preload.cjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
});
await buildStudio();
mkdirSync('dist/bin', { recursive: true });
writeFileSync('dist/bin/package.json', '{ "type": "commonjs" }\n');
for (const { path, text } of outputFiles) writeExecutable(path, text);
// Files that the launcher of a container finds in the place of those of an image (src/oci/launcher.ts).
mkdirSync('dist/oci/launcher', { recursive: true });
writeFileSync('dist/oci/launcher/ld.so.preload', '');
writeFileSync('dist/oci/launcher/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-build-'));
const program = join(scratch, 'program.ts');
const nothing = join(scratch, 'nothing.yaml');
const grants = join(scratch, 'grants.yaml');
writeFileSync(program, 'export default () => {};');
writeFileSync(nothing, 'null');
writeFileSync(grants, '!command\nbase: system\narguments: ["0.1"]\nstdout: !fd stdout\n');
warm('node-process');
warm('elf-process');
warm('wasm-process');
warm('wasm-thread');
warm('request-process');
warm('service-process');
warm('encryption-process');
const wasm = ['--config', 'examples/hello/grants.yaml', 'examples/hello/hello.wasm'];
const linux = [['/bin/true'], ['/bin/sleep', '0.1']];
warm('cloudabi-run', ['--config', nothing, program]);
warm('cloudabi-run', wasm);
warm('cloudabi-run', ...linux.map(([path]) => ['--config', grants, path]));
warm('cloudabi', ['exec', '--', program]);
warm('cloudabi', ['exec', '--', 'examples/hello/hello.wasm']);
warm(
  'cloudabi',
  ...linux.flatMap((argv) => [
    ['exec', '--', ...argv],
    ['exec', '--base', 'system', '--write', scratch, '--', ...argv],
  ]),
);
warmContainers();
rmSync(scratch, { recursive: true });

/** Lets the OCI runtime compile what it needs for a container, by one that is removed at once. Only root can make it. */
function warmContainers() {
  const bundle = join(scratch, 'bundle');
  mkdirSync(join(bundle, 'rootfs'), { recursive: true });
  const mounts = ['/usr', '/bin', '/lib', '/lib64']
    .filter((path) => existsSync(path))
    .map((path) => ({ destination: path, type: 'bind', source: path, options: ['rbind', 'ro'] }));
  const id = `cloudabi-build-${process.pid}`;
  const configuration = {
    ociVersion: '1.0.2',
    process: { args: ['sleep', '10'], env: ['PATH=/usr/bin:/bin'], cwd: '/', noNewPrivileges: true },
    root: { path: 'rootfs' },
    mounts: [
      { destination: '/proc', type: 'proc' },
      { destination: '/dev', type: 'tmpfs' },
      { destination: '/dev/pts', type: 'devpts', options: ['newinstance'] },
      ...mounts,
    ],
    linux: {
      namespaces: ['pid', 'mount', 'network', 'ipc', 'uts'].map((type) => ({ type })),
      maskedPaths: ['/proc/keys'],
      readonlyPaths: ['/proc/sys'],
    },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(configuration));
  const states = ['--root', join(scratch, 'states')];
  warm(
    'cloudabi-oci',
    [...states, 'create', '--bundle', bundle, id],
    [...states, 'exec', id, 'true'],
    [...states, 'delete', '--force', id],
  );
}

/** Links the confined server of the studio into one program, and its page into one script and one style sheet. */
async function buildStudio() {
  await build({
    entryPoints: { server: 'src/studio/server.ts' },
    outdir: 'dist/studio',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    plugins: [ownLibrary()],
    logLevel: 'warning',
  });
  await build({
    entryPoints: { page: 'packages/studio/page/main.tsx' },
    outdir: 'dist/studio/page',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'eof',
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'icon.svg'])
    cpSync(`packages/studio/page/${name}`, `dist/studio/page/${name}`);
}

/** Programs get their library from the process that runs them. */
function ownLibrary() {
  return {
    name: 'own-library',
    setup({ onResolve }) {
      onResolve({ filter: /\/program\/index\.ts$/ }, () => ({ path: 'cloudabi/program', external: true }));
    },
  };
}

/** Compiles the filters of system calls that most Linux programs get, so that a command need not. */
async function usualFilters() {
  const { filterFor, filterKey } = await import(`${root}dist/worlds/filter.js`);
  const filters = ['none', 'loopback'].map((kind) => {
    const demands = { calls: [], network: { kind }, walls: 'all' };
    return [filterKey(demands), Buffer.from(filterFor(demands)).toString('base64')];
  });
  return Object.fromEntries(filters);
}

/** Takes the native part of koffi alone, which has all we use: finding it through koffi itself costs twice the time. */
function nativeKoffi() {
  return {
    name: 'native-koffi',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^koffi$/ }, ({ importer }) =>
        importer === 'native-koffi' || importer.startsWith('native-koffi:')
          ? { path: 'koffi', external: true }
          : { path: 'native-koffi', namespace: 'native-koffi' },
      );
      onLoad({ filter: /.*/, namespace: 'native-koffi' }, () => ({
        // Its own index.js looks for the C library in Node's file first, which takes as long as loading it.
        contents: `let native;
          const name = '@koromix/koffi-linux-' + process.arch;
          try { native = require(name + '/linux_' + process.arch + '/koffi.node'); }
          catch { try { native = require(name); } catch { native = require('koffi'); } }
          module.exports = native;`,
      }));
    },
  };
}

/**
 * Loads those modules of Node that are slow to load when something of them is used, not when a file imports it: few
 * programs need what they are for. Who imports a module whole, maybe to change it, gets the module.
 */
function lateBuiltins() {
  return {
    name: 'late-builtins',
    setup({ onResolve, onLoad }) {
      const slow = /^node:(child_process|crypto|dgram|dns|inspector|module|net|vm|worker_threads|zlib)$/;
      onResolve({ filter: slow }, ({ path, importer, namespace }) => {
        const whole =
          namespace === 'late' ||
          new RegExp(`import \\w.* from '${path}'`).test(readFileSync(importer, 'utf8'));
        return whole ? { path, external: true } : { path, namespace: 'late' };
      });
      onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
        const names = Object.keys(await import(path)).filter((name) => name !== 'default');
        const getters = names.map((name) => `get ${name}(){return require('${path}').${name}}`);
        return { contents: `module.exports={${getters}};` };
      });
    },
  };
}

/** Loads the planning of grants from an executable of its own, when a container has some. */
function ociGrants() {
  return {
    name: 'oci-grants',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/container-grants\.ts$/ }, ({ importer }) =>
        importer.endsWith('src/oci/create.ts') ? { path: 'grants', namespace: 'oci-grants' } : undefined,
      );
      onResolve({ filter: /^\.\/oci-grants\.js$/ }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: 'oci-grants' }, () => ({
        contents:
          "module.exports={get readContainerGrants(){return require('./oci-grants.js').readContainerGrants}};",
      }));
    },
  };
}

/**
 * Does the same for files of ours that lead to much which the start of one kind of program needs and that of another
 * does not. Their importers use what they import within functions.
 */
function lateParts() {
  const parts = [
    'src/broker/broker.ts',
    'src/oci/launcher.ts',
    'src/plan/kinds/elf.ts',
    'src/plan/kinds/linux.ts',
    'src/plan/kinds/node.ts',
    'src/plan/kinds/wasm.ts',
    'src/plan/linux/explain-services.ts',
    'src/plan/linux/find-program.ts',
    'src/plan/linux/promises.ts',
    'src/plan/linux/narrow-descriptors.ts',
    'src/gates/node/cache.ts',
    'src/run/elf/launch.ts',
    'src/run/linux/held-network.ts',
    'src/run/linux/publish.ts',
    'src/run/linux/service-sockets.ts',
    'src/run/linux/signing.ts',
    'src/run/node/launch.ts',
    'src/run/services.ts',
    'src/run/wasm/launch.ts',
    'src/services/client/channel.ts',
    'src/services/table.ts',
    'src/worlds/named-network.ts',
    'src/worlds/narrow-filter.ts',
    'src/worlds/promise-filter.ts',
    'src/worlds/probe.ts',
  ].map((path) => join(root, path));
  return {
    name: 'late-parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.ts$/ }, ({ path, importer, namespace, kind }) => {
        const file = resolve(dirname(importer), path);
        const late = namespace === 'file' && kind === 'import-statement' && parts.includes(file);
        return late ? { path: file, namespace: 'late-part' } : undefined;
      });
      onLoad({ filter: /.*/, namespace: 'late-part' }, ({ path }) => {
        const declared = /^export (?:async )?(?:const|function|class) (\w+)/gm;
        const names = [...readFileSync(path, 'utf8').matchAll(declared)].map(([, name]) => name);
        const getters = names.map((name) => `get ${name}(){return require('${path}').${name}}`);
        return { contents: `module.exports={${getters}};`, resolveDir: dirname(path) };
      });
    },
  };
}

/**
 * Lets a command guess by names which kind of program it runs: the more V8 takes from its cache the longer that takes, so
 * that there is one for each. With a wrong one, V8 compiles what it lacks.
 */
function chooseCache() {
  return `const kindOf = (word) =>
  word.endsWith('.wasm') ? 'wasm' : /\\.[cm]?[jt]s$/.test(word) ? 'node' : undefined;
const words = process.argv.slice(2);
const last = words.indexOf('--') + 1;
const kind = (last > 0 ? kindOf(words[last] ?? '') : words.map(kindOf).find(Boolean)) ?? 'linux';
const cache = name + '.' + kind + '.cache';`;
}

/**
 * Lets the shell start Node, which looks for some of its options among the words behind the script, too: files by which it
 * loads code (src/cli/words-of-node.ts). Where one could be such an option, each word gets a colon, and one stands in
 * front of all. For Node, this is a comment.
 */
function startNode() {
  return [
    "':' // ; marked=; for word do case $word in --*config*file*|--env*file*) marked=: ;; esac; done",
    '[ -z "$marked" ] || for word do shift; set -- "$@" ":$word"; done',
    'exec node -- "$0" $marked "$@"',
  ].join('; ');
}

/**
 * Writes a bundle as text, a small file that runs it, and what V8 makes of it, which spares parsing it at each start.
 * V8 refuses what another version or processor has made, and parses the text then.
 */
function writeExecutable(path, bundle) {
  const code = path.replace(/\.js$/, '.bundle');
  const shebang = bundle.startsWith('#!') ? `${bundle.slice(0, bundle.indexOf('\n'))}\n` : '';
  // Code that V8 takes from its cache has forgotten how to import, so the small file lends it its own way.
  const body = bundle.slice(shebang.length).replace(/\bimport\(/g, '__import(');
  if (Buffer.byteLength(body) !== body.length)
    throw new Error(`${path} is not ASCII, which is how it is read`);
  writeFileSync(
    code,
    `(function(exports,require,module,__filename,__dirname,__importMetaUrl,__import){${body}\n})`,
    'latin1',
  );
  const kinds = shebang !== '';
  writeFileSync(
    path,
    `${kinds ? `${shebang}${startNode()}\n` : ''}'use strict';
// SIGUSR1 would open Node's debugger, which rules this process, to everybody on the host's loopback.
process.on('SIGUSR1', String).removeAllListeners('SIGUSR1');
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');
const name = __filename.slice(0, -3);
${kinds ? chooseCache() : "const cache = name + '.cache';"}
let cachedData;
try { cachedData = readFileSync(cache); } catch {}
const script = new Script(readFileSync(name + '.bundle', 'latin1'), {
  filename: name + '.bundle',
  cachedData,
});
Object.assign(exports, { script, cache });
const url = require('node:url').pathToFileURL(__filename).href;
script.runInThisContext()(exports, require, module, __filename, __dirname, url, (what) => import(what));
`,
  );
  chmodSync(path, 0o755);
}

/**
 * Lets V8 compile what an executable needs, once and for all starts: each command begins with what those before it have
 * left. Does no harm when it fails: starts are slower then.
 */
function warm(name, ...commands) {
  if (!entries.includes(`${name}.ts`)) return;
  // A program that is linked the first time is found in the cache the second time.
  const env = { ...process.env, XDG_CACHE_HOME: scratch };
  const turns = commands.length === 0 ? [[]] : commands;
  for (const args of [...turns, ...turns])
    spawnSync(process.execPath, ['scripts/warm.cjs', `${root}dist/bin/${name}.js`, ...args], {
      // Also in the place of descriptors that the launcher hands over: a pipe of Node's own there would be read forever.
      stdio: Array(8).fill(nowhere),
      env,
    });
  if (!readdirSync('dist/bin').some((file) => file.startsWith(`${name}.`) && file.endsWith('.cache')))
    console.warn(`${name} has no cache and will start slower`);
}
