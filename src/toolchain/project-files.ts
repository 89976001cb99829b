/** Our own package, as a literal in a project's source: nothing here imports it. */
const PACKAGE = "'cloudabi'";

/** The contents of a project's `package.json` besides its name. */
export interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * The files that a project has in every language: grants, a test that starts the program and looks at what it
 * writes, what npm needs, and a page.
 *
 * @param name The project's name.
 * @param program The file that is run.
 */
export function projectFiles(name: string, program: string, manifest: Manifest): Record<string, string> {
  return {
    'grants.yaml': `# Run it from this directory: npm start
output: !fd stdout
message: Hello, world
`,
    'package.json': `${JSON.stringify({ name, private: true, type: 'module', ...manifest }, null, 2)}\n`,
    [`${name}.test.js`]: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { launch, pipe } from ${PACKAGE};

const program = fileURLToPath(new URL('${program}', import.meta.url));

test('it writes its message to the output it was given', async () => {
  const output = pipe('write');
  const running = launch(program, { output, message: 'Good morning' });
  assert.equal(await text(output.stream), 'Good morning\\n');
  const { kind, code } = await running.exited;
  assert.deepEqual({ kind, code }, { kind: 'exited', code: 0 });
});
`,
    '.gitignore': 'node_modules/\n*.wasm\n',
    'README.md': `# ${name}

\`grants.yaml\` lists the grants of the program, which reaches nothing else. \`package.json\` takes cloudabi from
its folder on this machine; change that line if it moves.

\`\`\`sh
npm install
npm start
npm test
\`\`\`
`,
  };
}
