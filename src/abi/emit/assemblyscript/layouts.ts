import { layoutOf } from '../../layout.ts';
import type { Spec, StructType } from '../../spec/model.ts';
import { comment, GENERATED_NOTICE, lengthName, plain, typeName } from '../names.ts';

/** Emits the layout of CloudABI's structures in 32-bit memory: a namespace with size and offsets for each. */
export function emitLayoutsInAssemblyScript(spec: Spec): string {
  const structs = [...spec.types.values()].filter((item) => item.kind === 'struct');
  const head = `${GENERATED_NOTICE}// Offsets of the fields of CloudABI's structures, in bytes, for AssemblyScript.\n`;
  return head + structs.map((struct) => `\n${emitLayout(spec, struct)}`).join('');
}

function emitLayout(spec: Spec, struct: StructType): string {
  const { size, alignment, members } = layoutOf(spec, struct, 4);
  const row = (name: string, value: number) =>
    `  export const ${name.replaceAll('.', '_')}: usize = ${value};\n`;
  const rows = members.flatMap(({ name, offset, field }) => [
    `${comment(plain(field.prose), '  ')}${row(name, offset)}`,
    ...(field.type.kind === 'range' ? [row(lengthName(name), offset + 4)] : []),
  ]);
  return `${comment(plain(struct.prose))}export namespace ${typeName(struct.name)}Layout {
  /** Bytes in all. */
${row('SIZE', size)}  /** The number of which its address is a multiple. */
${row('ALIGNMENT', alignment)}${rows.join('')}}
`;
}
