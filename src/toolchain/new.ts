import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ToolchainError } from './errors.ts';

/** The languages that `cloudabi new` knows. */
export const LANGUAGES = ['c', 'c++'] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** Whether a word names a language that a project can be made in. */
export function isLanguage(word: string): word is Language {
  return LANGUAGES.some((language) => language === word);
}

/**
 * Makes a small project in a directory of its own: a program, its grants, a test of it and a page.
 *
 * @param directory the directory to make; its last part becomes the program's name
 * @returns the files made, as paths that begin with `directory`
 * @throws ToolchainError `toolchain_usage` for a name that cannot be a file's; `toolchain_file` when the
 *   directory exists already or cannot be made. What exists is never overwritten.
 */
export function newProject(language: Language, directory: string): string[] {
  const name = basename(resolve(directory));
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new ToolchainError(
      'toolchain_usage',
      `Cannot name a project '${name}': wanted letters, digits, '.', '_' and '-'`,
    );
  try {
    mkdirSync(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'EEXIST' ? 'it exists already' : String(code ?? error);
    throw new ToolchainError('toolchain_file', `Cannot make '${directory}': ${reason}`, { cause: error });
  }
  return Object.entries(projectFiles(language, name)).map(([file, text]) => {
    const path = join(directory, file);
    writeFileSync(path, text, { flag: 'wx' });
    return path;
  });
}

/** Our own package, as a literal in a project's source: nothing here imports it. */
const PACKAGE = "'cloudabi'";

/** The files of a new project, by name. */
function projectFiles(language: Language, name: string): Record<string, string> {
  const source = language === 'c' ? `${name}.c` : `${name}.cc`;
  const wasm = `${name}.wasm`;
  const command = language === 'c' ? 'cc' : 'c++';
  return {
    [source]: language === 'c' ? C_SOURCE : CXX_SOURCE,
    'grants.yaml': `# Run it from this directory: npm start
output: !fd stdout
message: Hello, world
`,
    'package.json': `${JSON.stringify(
      {
        name,
        private: true,
        type: 'module',
        scripts: {
          build: `cloudabi ${command} -Wall -Wextra ${source} -o ${wasm}`,
          start: `npm run --silent build && cloudabi-run ${wasm} < grants.yaml`,
          test: 'npm run --silent build && node --test',
        },
        dependencies: { cloudabi: '*', '@yowasp/clang': '22.x' },
      },
      null,
      2,
    )}\n`,
    [`${name}.test.js`]: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { launch, pipe } from ${PACKAGE};

const program = new URL('${wasm}', import.meta.url).pathname;

test('it writes its message to the output it was given', async () => {
  const output = pipe('write');
  const process = launch(program, { output, message: 'Good morning' });
  assert.equal(await text(output.stream), 'Good morning\\n');
  const { kind, code } = await process.exited;
  assert.deepEqual({ kind, code }, { kind: 'exited', code: 0 });
});
`,
    '.gitignore': 'node_modules/\n*.wasm\n',
    'README.md': `# ${name}

\`grants.yaml\` lists all that the program is handed; it can reach nothing else.

\`\`\`sh
npm install
npm start
npm test
\`\`\`
`,
  };
}

const C_SOURCE = `#include <cloudabi.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>

/* The program starts here, with the tree of values in grants.yaml. */
void program_main(const argdata_t *ad) {
  int output;
  argdata_t value;
  const char *message = "Hello";
  if (program_argument_fd(ad, "output", &output) != 0)
    exit(1);
  if (program_argument(ad, "message", &value) == 0)
    argdata_get_str_c(&value, &message);
  dprintf(output, "%s\\n", message);
}
`;

const CXX_SOURCE = `#include <cloudabi.h>
#include <program.h>
#include <cstdlib>
#include <string>
#include <unistd.h>

// The program starts here, with the tree of values in grants.yaml.
void program_main(const argdata_t *ad) {
  int output;
  argdata_t value;
  const char *message = "Hello";
  if (program_argument_fd(ad, "output", &output) != 0)
    std::exit(1);
  if (program_argument(ad, "message", &value) == 0)
    argdata_get_str_c(&value, &message);
  const std::string line = std::string(message) + "\\n";
  if (write(output, line.data(), line.size()) < 0)
    std::exit(2);
}
`;
