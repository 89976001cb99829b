import type { Option } from './options.ts';

/** Options about the grants of a project. */
export const projectOptions: readonly Option[] = [
  {
    name: '--project',
    help: "Add the grants of the project's cloudabi.yaml, which lies here or in a directory above. Without any other\ngrant, they count by themselves. They are shown and asked about once, and after each change.\n--no-project leaves them out.",
  },
  {
    name: '--trust',
    value: 'DIGEST',
    help: 'Confirm the grants of the project that have this digest (sha256:…), where there is no terminal to ask at.',
  },
];

/** The switch that help mentions with another. */
export const noProjectOption: Option = { name: '--no-project', help: '' };
