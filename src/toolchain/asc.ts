import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HIDDEN, replacementFor } from './ambient-assemblyscript.ts';
import { type Asc, type AssembledModule, loadAsc } from './assemblyscript.ts';

/** The AssemblyScript part of the SDK; this module is two directories below the package's root. */
const SDK = fileURLToPath(new URL('../../sdk/assemblyscript/', import.meta.url));

/** The name by which programs import the SDK: `cloudabi/assemblyscript`. */
const LIBRARY = 'cloudabi/assemblyscript';

/** The modules that a program may import from. */
const MODULES: readonly string[] = ['cloudabi', 'cloudabi_program', 'wasi_snapshot_preview1'];

/** The most refused imports that a message names. */
const NAMED = 5;

/** The messages of a compilation, and its compiler; by default, those of a compiler run from a shell. */
export interface AscRun {
  /** The compiler; that of the project in the current directory when absent. */
  readonly asc?: Asc;
  /** Gets the compiler's messages; standard error when absent. */
  readonly stderr?: (text: string) => void;
}

/**
 * Compiles AssemblyScript to a program, with the command line of `asc`. The SDK can be imported as
 * `cloudabi/assemblyscript`, installed or not; globals that ask the host for something are hidden; the program
 * starts with the statements of its entry file.
 *
 * @param argv The arguments of `asc`.
 * @returns The exit status: 0, or 1 for an error that was reported.
 * @throws ToolchainError for failures other than mistakes in the source.
 *
 * @example
 * const status = await asc(['hello.ts', '-O', '-o', 'hello.wasm']);
 */
export async function asc(argv: readonly string[], run: AscRun = {}): Promise<number> {
  const compiler = run.asc ?? (await loadAsc());
  const { stderr = (text) => void process.stderr.write(text) } = run;
  provideLibrary(compiler.libraryFiles);
  const hidden = HIDDEN.filter(({ name }) => !name.includes('.')).map(({ name }) => `${name}=`);
  const runtime = ['abort', 'seed'].map((name) => `${name}=~lib/${LIBRARY}/runtime/${name}`);
  // The compiler would colour its messages wherever a variable CI is set, and knows nothing of NO_COLOR.
  const coloured = run.stderr === undefined && process.stderr.isTTY && !process.env['NO_COLOR'];
  const { error } = await compiler.main(
    [
      ...argv,
      ...(coloured ? [] : ['--noColors']),
      '--exportStart',
      '_start',
      '--use',
      [...hidden, ...runtime].join(','),
    ],
    {
      stdout: process.stdout,
      stderr: {
        write: (chunk) => stderr(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')),
        isTTY: coloured,
      },
      reportDiagnostic({ message }) {
        const replacement = replacementFor(message);
        if (replacement !== undefined) stderr(`      ${replacement}\n\n`);
      },
      transforms: [{ afterCompile: refuseOtherImports }],
    },
  );
  return error === null ? 0 : 1;
}

/** Puts the SDK among the sources of the compiler's own library, which knows no other way to add some. */
function provideLibrary(files: Record<string, string>): void {
  for (const name of readdirSync(SDK, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const source = readFileSync(join(SDK, name), 'utf8');
    files[`${LIBRARY}/${name.slice(0, -'.ts'.length).replaceAll('\\', '/')}`] = source;
  }
  // Files without a slash are always part of a program; this one makes `abort` and `seed` part of it.
  files['cloudabi_runtime'] = `import '${LIBRARY}/runtime';\n`;
  // A class cannot be hidden in part, so Date loses the one method that asks the host.
  const { date } = files;
  if (date !== undefined) files['date'] = date.replace(/@inline static now\(\): i64 \{[^}]*\}/, '');
}

/** Refuses a program whose imports no program gets: by a declaration of its own, or in a way we do not know. */
function refuseOtherImports(compiled: AssembledModule): void {
  const module = new WebAssembly.Module(Buffer.from(compiled.emitBinary()));
  const refused = WebAssembly.Module.imports(module)
    .filter(({ module: from, kind }) => kind !== 'function' || !MODULES.includes(from))
    .map(({ module: from, name, kind }) => `${kind} ${from}.${name}`);
  if (refused.length === 0) return;
  const more = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : '';
  throw new Error(
    `The program imports ${refused.slice(0, NAMED).join(', ')}${more}, which no program gets; ` +
      `it may import functions of ${MODULES.join(', ')}`,
  );
}
