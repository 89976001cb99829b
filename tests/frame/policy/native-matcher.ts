import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';

const host = fileURLToPath(new URL('../../../../src/host', import.meta.url));

/** match.h as a library; paths are given in one block, with the place of the end of each. */
export type NativeMatcher = {
  /** Writes four words for each path: action, error, rule, argument. Returns 0 for bytes that are no table. */
  decideAll(
    table: Uint8Array,
    category: number,
    paths: Uint8Array,
    ends: Uint32Array,
    executable: Uint8Array,
    to: Uint32Array,
  ): number;
};

const SOURCE = `
#include "freestanding.h"
#include "supervisor/match.h"
u32 decide_all(const u8 *words, u64 bytes, u32 category, const u8 *paths, const u32 *ends, u32 count,
               const u8 *executable, u32 executable_length, u32 *to)
{
  struct table t;
  u32 i, from = 0;
  if (!open_table(&t, words, bytes)) return 0;
  u64 held = is_conditional(&t, category) ? conditions_of(&t, executable, executable_length) : 0;
  for (i = 0; i < count; i++) {
    struct decision d = decide(&t, category, paths + from, ends[i] - from, held);
    from = ends[i];
    to[4 * i] = d.action; to[4 * i + 1] = d.error; to[4 * i + 2] = d.rule; to[4 * i + 3] = d.argument;
  }
  return 1;
}
`;

/** The matcher of the supervisor as a library; `undefined` where there is no C compiler. */
export function nativeMatcher(): NativeMatcher | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-match-'));
  try {
    const source = join(folder, 'match.c');
    const library = join(folder, 'match.so');
    writeFileSync(source, SOURCE);
    const flags = [
      '-shared',
      '-fPIC',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-Wno-unused-function',
      `-I${host}`,
    ];
    const { status, error, stderr } = spawnSync('cc', [...flags, source, '-o', library], {
      encoding: 'utf8',
    });
    if (error) return undefined;
    if (status !== 0) throw new Error(stderr);
    const call = koffi
      .load(library)
      .func(
        'uint32_t decide_all(const uint8_t *, uint64_t, uint32_t, const uint8_t *, const uint32_t *, uint32_t, const uint8_t *, uint32_t, _Out_ uint32_t *)',
      );
    return {
      decideAll: (table, category, paths, ends, executable, to) =>
        Number(
          call(table, table.length, category, paths, ends, ends.length, executable, executable.length, to),
        ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
