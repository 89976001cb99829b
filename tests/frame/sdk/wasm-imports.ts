/** A function that a module imports, with the types of its parameters and results. */
export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

const VALUE_TYPES = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
]);
const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;

/**
 * Reads the functions that a module imports, with their types, which `WebAssembly.Module.imports` leaves out
 * (WebAssembly core specification, 5.5.4 and 5.5.5). It knows only what C compilers write: no imports but
 * functions come before the last function.
 */
export function importedFunctions(bytes: Uint8Array): ImportedFunction[] {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const list = <T>(read: () => T): T[] => Array.from({ length: number() }, read);
  const valueType = (): string => VALUE_TYPES.get(bytes[at++] ?? 0) ?? 'unknown';
  const name = (): string => {
    const length = number();
    at += length;
    return Buffer.from(bytes.subarray(at - length, at)).toString();
  };
  let types: { parameters: string[]; results: string[] }[] = [];
  let imports: ImportedFunction[] = [];
  while (at < bytes.length) {
    const section = bytes[at++];
    const size = number();
    const end = at + size;
    if (section === TYPE_SECTION) {
      types = list(() => {
        at++;
        return { parameters: list(valueType), results: list(valueType) };
      });
    } else if (section === IMPORT_SECTION) {
      imports = list(() => {
        const from = { module: name(), name: name() };
        if (bytes[at++] !== 0) throw new Error(`Import '${from.name}' is no function`);
        return { ...from, ...(types[number()] ?? { parameters: [], results: [] }) };
      });
    }
    at = end;
  }
  return imports;
}
