import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command, type Outcome } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

// CRuby 3.4 with its standard library packed into the module; the package ships no tests of Ruby's own.
const ruby = 'node_modules/@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm';
const adapter = ['--adapter', 'examples/ruby/adapter.js'];

type World = { readonly folder: string; readonly run: (script: string, ...args: string[]) => Outcome };

function world(t: TestContext): World {
  const folder = makeFolder(t);
  for (const name of ['in', 'out']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(folder, 'in', 'data.json'), '{"answer": 42}');
  symlinkSync('../secret', join(folder, 'in', 'escape'));
  const grants = ['--read', `${join(folder, 'in')}:/in`, '--write', `${join(folder, 'out')}:/out`];
  const run = (script: string, ...args: string[]): Outcome => {
    writeFileSync(join(folder, 'in', 'script.rb'), script);
    return command('cloudabi', ['exec', ...adapter, ...grants, '--', ruby, '/in/script.rb', ...args]);
  };
  return { folder, run };
}

test('Ruby reads, writes and ends with its own exit status', (t) => {
  const { folder, run } = world(t);
  const { status, stdout, stderr } = run(
    `
require 'json'
require 'digest'
require 'fileutils'
data = JSON.parse(File.read('/in/data.json'))
File.write('/out/result', (data['answer'] + 1).to_s)
FileUtils.mkdir_p('/out/a/b')
File.open('/out/a/b/log', 'a') { |log| log << 'one' }
File.open('/out/a/b/log', 'a') { |log| log << 'two' }
File.rename('/out/a/b/log', '/out/log')
FileUtils.rm_r('/out/a')
puts ARGV.inspect, Dir.children('/out').sort.inspect, Digest::SHA256.hexdigest('x')[0, 8], File.size('/out/log')
exit 7
`,
    'one',
    'two words',
  );
  assert.equal(stdout, '["one", "two words"]\n["log", "result"]\n2d711642\n6\n', stderr);
  assert.equal(status, 7);
  assert.equal(readFileSync(join(folder, 'out/log'), 'utf8'), 'onetwo');
});

test('Ruby fails on everything it was not granted, and goes on', (t) => {
  const { folder, run } = world(t);
  const { status, stdout, stderr } = run(`
attempts = {
  'read the host' => -> { File.read('/etc/passwd') },
  'climb' => -> { File.read('/in/../secret') },
  'follow a link out' => -> { File.read('/in/escape') },
  'write where reading is granted' => -> { File.write('/in/new', '') },
  'append there' => -> { File.open('/in/data.json', 'a') },
  'remove there' => -> { File.delete('/in/data.json') },
  'rename out of there' => -> { File.rename('/in/data.json', '/out/data.json') },
  'list the root' => -> { Dir.children('/proc') },
  'link to the outside' => -> { File.symlink('/etc', '/out/etc') },
  'open a connection' => -> { require 'socket'; TCPSocket.new('127.0.0.1', 80) },
  'start a process' => -> { system('echo reached > /out/reached'); File.read('/out/reached') },
  'fork' => -> { fork },
}
attempts.each do |name, attempt|
  begin
    attempt.call
    puts "REACHED #{name}"
  rescue Exception
  end
end
puts "still here #{File.read('/in/data.json')}"
`);
  assert.equal(stdout, 'still here {"answer": 42}\n', stderr);
  assert.equal(status, 0);
  assert.equal(readFileSync(join(folder, 'in/data.json'), 'utf8'), '{"answer": 42}');
});

test('an error in Ruby is told as Ruby tells it', (t) => {
  const { run } = world(t);
  const { status, stderr } = run("raise 'so it is'");
  assert.equal(status, 1);
  assert.match(stderr, /script\.rb:1:in '<top \(required\)>': so it is \(RuntimeError\)/);
});

test('Ruby that asks for JavaScript traps', (t) => {
  const { run } = world(t);
  const { status, stderr } = run("require 'js'\nJS.eval('return 1')");
  assert.equal(status, 134);
  assert.match(stderr, /trapped: This Ruby has no JavaScript/);
});
