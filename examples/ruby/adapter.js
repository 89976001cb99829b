// Starts CRuby as published by ruby.wasm (@ruby/3.4-wasm-wasi) on cloudabi.
//
// That module is a library made for browsers: it has no `_start`, and it imports functions through which Ruby code
// could call JavaScript. Here Ruby gets no JavaScript: those functions refuse. What remains is the Ruby command:
//
//     ruby SCRIPT [ARGUMENT…]     ruby -e CODE [ARGUMENT…]
//
// Calls follow the module's own interface, the canonical ABI of early interface types: a string is an address and a
// length in memory that the module has allocated with `cabi_realloc`; a pair of results lies at a returned address.

/** Functions by which Ruby could call JavaScript. All of them are refused. */
const refused = [
  'rb_wasm_throw_prohibit_rewind_exception',
  'eval-js: func(code: string) -> variant { success(handle<js-abi-value>), failure(handle<js-abi-value>) }',
  'is-js: func(value: handle<js-abi-value>) -> bool',
  'instance-of: func(value: handle<js-abi-value>, klass: handle<js-abi-value>) -> bool',
  'global-this: func() -> handle<js-abi-value>',
  'int-to-js-number: func(value: s32) -> handle<js-abi-value>',
  'float-to-js-number: func(value: float64) -> handle<js-abi-value>',
  'string-to-js-string: func(value: string) -> handle<js-abi-value>',
  'bool-to-js-bool: func(value: bool) -> handle<js-abi-value>',
  'proc-to-js-function: func(value: u32) -> handle<js-abi-value>',
  'rb-object-to-js-rb-value: func(raw-rb-abi-value: u32) -> handle<js-abi-value>',
  'js-value-to-string: func(value: handle<js-abi-value>) -> string',
  'js-value-to-integer: func(value: handle<js-abi-value>) -> variant { as-float(float64), bignum(string) }',
  'export-js-value-to-host: func(value: handle<js-abi-value>) -> ()',
  'import-js-value-from-host: func() -> handle<js-abi-value>',
  'js-value-typeof: func(value: handle<js-abi-value>) -> string',
  'js-value-equal: func(lhs: handle<js-abi-value>, rhs: handle<js-abi-value>) -> bool',
  'js-value-strictly-equal: func(lhs: handle<js-abi-value>, rhs: handle<js-abi-value>) -> bool',
  'reflect-apply: func(target: handle<js-abi-value>, this-argument: handle<js-abi-value>, arguments: list<handle<js-abi-value>>) -> variant { success(handle<js-abi-value>), failure(handle<js-abi-value>) }',
  'reflect-get: func(target: handle<js-abi-value>, property-key: string) -> variant { success(handle<js-abi-value>), failure(handle<js-abi-value>) }',
  'reflect-set: func(target: handle<js-abi-value>, property-key: string, value: handle<js-abi-value>) -> variant { success(handle<js-abi-value>), failure(handle<js-abi-value>) }',
];

function refuse() {
  throw new Error('This Ruby has no JavaScript');
}

/** Handles of Ruby values that the module gives out: an index here for a number of its own there. */
const values = [undefined];

export function imports() {
  return {
    'rb-js-abi-host': Object.fromEntries(refused.map((name) => [name, refuse])),
    canonical_abi: {
      'resource_drop_js-abi-value': refuse,
      'resource_new_rb-abi-value': (value) => values.push(value) - 1,
      'resource_get_rb-abi-value': (handle) => values[handle],
    },
  };
}

/** Strings in the module's memory. */
function newAllocator({ memory, cabi_realloc }) {
  const encoder = new TextEncoder();
  const string = (text) => {
    const bytes = encoder.encode(text);
    const address = cabi_realloc(0, 0, 1, bytes.length);
    new Uint8Array(memory.buffer).set(bytes, address);
    return [address, bytes.length];
  };
  const list = (texts) => {
    const strings = texts.map(string);
    const address = cabi_realloc(0, 0, 4, texts.length * 8);
    const words = new Uint32Array(memory.buffer, address, texts.length * 2);
    words.set(strings.flat());
    return [address, texts.length];
  };
  return { string, list };
}

/** Ruby code that runs `code` as the main program and leaves its exit code to the process. */
function mainProgram(code, name, programArguments) {
  const quoted = (text) => `[${[...new TextEncoder().encode(text)]}].pack('C*').force_encoding('UTF-8')`;
  return `
    $0 = ${quoted(name)}
    ARGV.replace([${programArguments.map(quoted).join(', ')}])
    status = 0
    begin
      ${code}
    rescue SystemExit => leaving
      status = leaving.status
    rescue Exception => error
      $stderr.puts(error.full_message(highlight: false))
      status = 1
    end
    $stdout.flush
    $stderr.flush
    Process.exit!(status)`;
}

export function start(exports, [, first = '-', second = '', ...rest]) {
  const { string, list } = newAllocator(exports);
  exports._initialize();
  // Its C code takes these for C strings.
  exports['ruby-init: func(args: list<string>) -> ()'](...list(['ruby\0', '-EUTF-8\0', '-e_=0\0']));
  exports['ruby-init-loadpath: func() -> ()']();
  const quoted = JSON.stringify(first).replaceAll('#', '\\#');
  const program =
    first === '-e'
      ? mainProgram(
          `eval(${JSON.stringify(second).replaceAll('#', '\\#')}, TOPLEVEL_BINDING, '-e')`,
          '-e',
          rest,
        )
      : mainProgram(`load(${quoted})`, first, second === '' && rest.length === 0 ? [] : [second, ...rest]);
  exports['rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>'](
    ...string(program),
  );
  return 1;
}
