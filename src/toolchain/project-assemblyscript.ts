import { ownDependency } from './installation.ts';
import { projectFiles } from './project-files.ts';

/** The files of a new project in AssemblyScript, by name. */
export function assemblyScriptProject(name: string): Record<string, string> {
  const source = `${name}.ts`;
  const wasm = `${name}.wasm`;
  return {
    [source]: SOURCE,
    ...projectFiles(name, wasm, {
      scripts: {
        build: `cloudabi asc -O ${source} -o ${wasm}`,
        start: `npm run --silent build && cloudabi-run ${wasm} < grants.yaml`,
        // The file is named because the program, too, could have the name of a test.
        test: `npm run --silent build && node --test ${name}.test.js`,
      },
      dependencies: { ...ownDependency(), assemblyscript: '0.28.x' },
    }),
    'tsconfig.json': TSCONFIG,
  };
}

const SOURCE = `import { program } from 'cloudabi/assemblyscript';

// The program starts here, with the tree of values in grants.yaml.
program((argdata) => {
  const output = argdata.get('output').stream().value;
  const message = argdata.get('message').str().or('Hello');
  output.writeText(message + '\\n').check();
});
`;

/** For editors only: the compiler knows AssemblyScript and the SDK by itself. */
const TSCONFIG = `{
  "extends": "assemblyscript/std/assembly.json",
  "compilerOptions": {
    "paths": { "cloudabi/assemblyscript": ["./node_modules/cloudabi/sdk/assemblyscript/index.ts"] }
  },
  "include": ["*.ts"]
}
`;
