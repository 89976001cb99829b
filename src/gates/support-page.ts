import { calls } from '../abi/generated/calls.ts';
import { type Support, type SupportedKind, support } from './support.ts';

const HEAD = `# Which calls work

Generated from \`src/gates/support.ts\` by \`npm run generate\`. Do not edit.

A WebAssembly module imports CloudABI's calls from the module \`cloudabi\`, by their names; a CloudABI executable finds them
in its vDSO. [The ABI](abi.md) says how arguments are passed. Every call checks its arguments and the rights of its descriptors first, also one that is
refused: an impossible address or value ends with \`fault\` or \`inval\`, a missing right with \`notcapable\`.
`;

function describe(row: Support): readonly [level: string, note: string] {
  switch (row.level) {
    case 'supported':
      return ['yes', ''];
    case 'partly':
      return ['partly', row.missing];
    case 'refused':
      return [`\`${row.errno}\``, row.why];
  }
}

/** The text of docs/calls.md. */
export function supportPage(): string {
  return `${HEAD}${section('WebAssembly modules', 'wasm')}${section('CloudABI executables', 'elf')}`;
}

function section(title: string, kind: SupportedKind): string {
  const rows = calls.map(({ name }) => [`\`${name}\``, ...describe(support[kind][name])] as const);
  const count = (level: Support['level']): number =>
    calls.filter(({ name }) => support[kind][name].level === level).length;
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 5));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`.replace(
      / +\|\n$/,
      ' |\n',
    );
  const table = [
    line(['call', 'works', 'note']),
    line([...widths.map((width) => '-'.repeat(width)), '----']),
    ...rows.map(line),
  ];
  return `
## ${title}

Of the ${calls.length} calls, ${count('supported')} work as [the specification](../spec/cloudabi.abi) says,
${count('partly')} in part, and ${count('refused')} are refused with the error named here.

${table.join('')}`;
}
