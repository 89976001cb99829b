// Runs an executable of dist/bin up to the point of no return, and keeps what V8 has compiled by then, so that it need
// not be parsed at each start: node scripts/warm.cjs EXECUTABLE [ARGUMENTS...]
const fs = require('node:fs');
const vm = require('node:vm');
const { setFlagsFromString } = require('node:v8');

const [, , executable, ...args] = process.argv;

/** Bytes, more than a command can hand on. */
const LONG = 0x20000;

let saved = false;

function save() {
  if (saved) return;
  saved = true;
  const { script, cache } = require.cache[executable].exports;
  fs.writeFileSync(cache, script.createCachedData());
}

process.on('exit', save);

// A program's process would go into capability mode next and never come back.
WebAssembly.Module = function Module() {
  save();
  throw new Error('Warm enough');
};
const { fstatSync } = fs;
fs.fstatSync = (descriptor, ...rest) => {
  if (/(?:elf|wasm)-process\.js$/.test(executable)) {
    save();
    process.exit();
  }
  return fstatSync(descriptor, ...rest);
};
// A command that waits for a Linux program becomes another program. This one has too many arguments for that, and stays.
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) =>
  path === '/proc/self/cmdline' ? 'x'.repeat(LONG).concat('\0') : readFileSync(path, ...rest);
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
process.argv = [process.argv[0], executable, ...args];
require(executable);
