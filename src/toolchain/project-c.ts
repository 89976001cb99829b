import { ownDependency } from './installation.ts';
import { projectFiles } from './project-files.ts';

/** The files of a new project in C or C++, by name. */
export function cProject(language: 'c' | 'c++', name: string): Record<string, string> {
  const source = language === 'c' ? `${name}.c` : `${name}.cc`;
  const wasm = `${name}.wasm`;
  const command = language === 'c' ? 'cc' : 'c++';
  return {
    [source]: language === 'c' ? C_SOURCE : CXX_SOURCE,
    ...projectFiles(name, wasm, {
      scripts: {
        build: `cloudabi ${command} -Wall -Wextra ${source} -o ${wasm}`,
        start: `npm run --silent build && cloudabi-run ${wasm} < grants.yaml`,
        test: 'npm run --silent build && node --test',
      },
      dependencies: { ...ownDependency(), '@yowasp/clang': '^22.0.0-0' },
    }),
  };
}

const C_SOURCE = `#include <cloudabi.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>

/* The program starts here, with the tree of values in grants.yaml. */
void program_main(const argdata_t *ad) {
  int output;
  argdata_map_iterator_t it;
  const argdata_t *value;
  const char *message = "Hello";
  if (program_argument_fd(ad, "output", &output) != 0)
    exit(1);
  if (program_argument(ad, "message", &it, &value) == 0)
    argdata_get_str_c(value, &message);
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
  argdata_map_iterator_t it;
  const argdata_t *value;
  const char *message = "Hello";
  if (program_argument_fd(ad, "output", &output) != 0)
    std::exit(1);
  if (program_argument(ad, "message", &it, &value) == 0)
    argdata_get_str_c(value, &message);
  const std::string line = std::string(message) + "\\n";
  if (write(output, line.data(), line.size()) < 0)
    std::exit(2);
}
`;
