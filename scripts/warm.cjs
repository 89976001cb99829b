// Runs an executable of dist/bin up to the point of no return and keeps what V8 has compiled by then, so that the
// executable need not be parsed at each start: node scripts/warm.cjs EXECUTABLE [ARGUMENTS...]
const fs = require('node:fs');

const [, , executable, ...args] = process.argv;
process.argv = [process.argv[0], executable, ...args];
let saved = false;

function save() {
  if (saved) return;
  saved = true;
  const { script } = require.cache[executable].exports;
  fs.writeFileSync(executable.replace(/\.js$/, '.cache'), script.createCachedData());
}

// A program's process would go into capability mode next and never come back.
WebAssembly.Module = function Module() {
  save();
  throw new Error('Warm enough');
};
const { fstatSync } = fs;
fs.fstatSync = (descriptor, ...rest) => {
  if (executable.endsWith('-process.js')) {
    save();
    process.exit();
  }
  return fstatSync(descriptor, ...rest);
};
process.on('exit', save);
require(executable);
