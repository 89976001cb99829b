import { ownDependency } from './installation.ts';
import { projectFiles } from './project-files.ts';

/** The files of a new project in TypeScript for Node, by name. */
export function typeScriptProject(name: string): Record<string, string> {
  const source = `${name}.ts`;
  return {
    [source]: SOURCE,
    ...projectFiles(name, source, {
      scripts: {
        start: `cloudabi-run ${source} < grants.yaml`,
        // The file is named because the program, too, could have the name of a test.
        test: `node --test ${name}.test.js`,
      },
      dependencies: ownDependency(),
    }),
    'tsconfig.json': TSCONFIG,
  };
}

const SOURCE = `import { program, text, writable } from 'cloudabi/program';

// The program starts here, with the tree of values in grants.yaml.
export default program({ schema: { output: writable(), message: text() } }, ({ output, message }) => {
  output.write(\`\${message}\\n\`);
});
`;

/** For editors and for checking types: running the program needs no compiler. */
const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["*.ts"]
}
`;
