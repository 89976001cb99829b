import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Filetype } from '../../src/abi/generated/constants.ts';
import {
  accessOf,
  combinations,
  directoryRights,
  fileRights,
  namesOfRights,
  presetNames,
  presets,
  rightNames,
  rightsSet,
} from '../../src/resources/rights.ts';

const cell = (names: readonly string[]): string =>
  names.length === 0
    ? '–'
    : [...new Set(names)]
        .sort()
        .map((name) => `\`${name}\``)
        .join(' ');

test('docs/tags.md shows the presets as they are', () => {
  const docs = readFileSync('docs/tags.md', 'utf8');
  const shown = /<!-- presets -->\n(.*)\n<!-- end of presets -->/s.exec(docs)?.[1];
  const rows = presetNames.map((name) => {
    const { meaning, file, directory, beneath } = presets[name];
    return `| \`${name}\` | ${meaning} | ${cell(file)} | ${cell(directory)} | ${cell(beneath)} |`;
  });
  const together = combinations.map(
    ({ all, directory }) => `| ${all.map((name) => `\`${name}\``).join(' + ')} | \`${directory}\` |`,
  );
  // Tables in documents are padded to the width of their columns.
  const unpadded = shown?.trim().replace(/ +\|/g, ' |').replace(/-{3,}/g, '---');
  assert.equal(
    unpadded,
    [
      '| preset | meaning | a file gets | a directory gets | files beneath it can get |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
      '| together | a directory also gets |',
      '| --- | --- |',
      ...together,
    ].join('\n'),
  );
});

test('a read-only directory gives no right that changes anything, itself or beneath', () => {
  const { base, inheriting } = directoryRights({ presets: ['read'], names: [] });
  const changing = /fd_write|create|unlink|rename|link_|symlink|fput|stat_put|allocate/;
  assert.deepEqual(
    [...namesOfRights(base), ...namesOfRights(inheriting)].filter((name) => changing.test(name)),
    [],
  );
});

test('append gives no right that changes what is there, also together with read', () => {
  const { base } = fileRights({ presets: ['append', 'read'], names: [] }, Filetype.regular_file);
  const names = namesOfRights(base);
  for (const name of [
    'fd_stat_put_flags',
    'file_allocate',
    'file_stat_fput_size',
    'mem_map',
    'file_stat_fput_times',
  ])
    assert.ok(!names.includes(name), name);
  assert.ok(names.includes('fd_write') && names.includes('fd_read'));
});

test('a directory cannot be used to gain through another one what it withholds', () => {
  const of = (...names: (keyof typeof presets)[]): string[] =>
    namesOfRights(directoryRights({ presets: names, names: [] }).base);
  for (const some of [['read'], ['write'], ['read', 'create', 'remove'], ['write', 'remove']] as const) {
    assert.ok(!of(...some).includes('file_link_source'), some.join());
    assert.ok(!of(...some).includes('file_rename_source'), some.join());
  }
  assert.ok(of('read', 'write').includes('file_link_source'));
  assert.ok(of('read', 'write', 'remove').includes('file_rename_source'));
});

test('every right has a name that can be read back', () => {
  for (const name of rightNames) assert.deepEqual(namesOfRights(rightsSet([name])), [name]);
});

test('the access a descriptor needs follows from its rights', () => {
  const of = (names: Parameters<typeof rightsSet>[0]) => accessOf(rightsSet(names));
  assert.deepEqual(of(['fd_read']), { reads: true, writes: false });
  assert.deepEqual(of(['fd_write']), { reads: false, writes: true });
  assert.deepEqual(of(['proc_exec']), { reads: true, writes: false });
  assert.deepEqual(of(['file_stat_fget']), { reads: false, writes: false });
});
