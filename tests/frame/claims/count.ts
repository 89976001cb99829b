/** Counts the words of a granted file and of its input, and writes the number to another. */
const COUNT = `import { program, directory, readable, writable } from 'cloudabi/program';

const schema = { from: directory(), to: directory(), input: readable(), output: writable(), errors: writable() };

export default program({ schema }, async ({ from, to, input, output, errors }) => {
  let words = (await from.read('a.txt', 'utf8')).split(' ').length;
  for await (const part of input) words += String(part).split(' ').length;
  await to.write('count', String(words));
  output.write(\`\${words} words\\n\`);
  errors.write('done\\n');
});
`;

/** Its grants. */
export const COUNT_GRANTS = `from: !file { path: in, rights: read }
to: !file { path: out, rights: [read, write, create] }
input: !fd stdin
output: !fd stdout
errors: !fd stderr
`;

/** The files with which it starts. */
export const COUNT_FILES = { 'count.ts': COUNT, 'in/a.txt': 'one two', 'out/': '' };
