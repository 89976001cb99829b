// Runs an executable of dist/bin, once for each list of arguments, up to the point of no return, and keeps what V8 has
// compiled by then, so that it need not be parsed at each start:
// node scripts/warm.cjs EXECUTABLE [ARGUMENTS...] [--then ARGUMENTS...]
const fs = require('node:fs');
const url = require('node:url');
const vm = require('node:vm');
const { setFlagsFromString } = require('node:v8');

const [, , executable, ...args] = process.argv;
const runs = [[]];
for (const argument of args) {
  if (argument === '--then') runs.push([]);
  else runs.at(-1).push(argument);
}
let saved = false;

function save() {
  if (saved) return;
  saved = true;
  const { script } = require.cache[executable].exports;
  fs.writeFileSync(executable.replace(/\.js$/, '.cache'), script.createCachedData());
}

/** Starts the next run, or keeps what there is after the last. */
function next() {
  const run = runs.shift();
  if (run === undefined) return save();
  process.argv = [process.argv[0], executable, ...run];
  const known = require.cache[executable];
  if (known === undefined) return require(executable);
  const { script } = known.exports;
  const href = url.pathToFileURL(executable).href;
  return script.runInThisContext()({}, require, known, executable, executable, href, (what) => import(what));
}
process.on('beforeExit', next);
process.on('exit', save);

// A program's process would go into capability mode next and never come back.
WebAssembly.Module = function Module() {
  save();
  throw new Error('Warm enough');
};
const { fstatSync } = fs;
fs.fstatSync = (descriptor, ...rest) => {
  if (executable.endsWith('wasm-process.js')) {
    save();
    process.exit();
  }
  return fstatSync(descriptor, ...rest);
};
// Of what becomes a program nothing more can be kept, so that all of it is compiled here.
if (executable.endsWith('node-process.js')) {
  vm.Script = class extends vm.Script {
    constructor(...parameters) {
      setFlagsFromString('--no-lazy');
      super(...parameters);
      setFlagsFromString('--lazy');
    }
  };
}
next();
