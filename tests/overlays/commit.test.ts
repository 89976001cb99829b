// Changes of another process between the comparison and the step that puts a file in its place.
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { baseTimes } from '../../src/overlays/bases.ts';
import { changesOf } from '../../src/overlays/changes.ts';
import { commitChanges } from '../../src/overlays/commit.ts';
import { openRoot, selectOverlay } from '../../src/overlays/select.ts';
import { lockOverlay } from '../../src/overlays/store.ts';
import { overlayScene } from '../frame/cli/overlays.ts';
import { setEnvironment } from '../frame/programs.ts';

for (const meddles of [true, false])
  test(`a change ${meddles ? 'at the last moment is put back, and told' : 'that no other process is in the way of arrives'}`, (t) => {
    const scene = overlayScene(t, { a: '1', b: '1', 'd/x': '1', e: '1', 'f/y': '1', g: '1' });
    scene.change('echo 2 > a; rm b; rm -r d; rm -r f; echo 2 > f; echo 2 > new; chmod 600 g; echo 2 > e');
    setEnvironment(t, { XDG_STATE_HOME: join(scene.kept, '../..') });
    const overlay = lockOverlay(selectOverlay(scene.directory));
    const root = openRoot(overlay);
    t.after(() => {
      closeSync(root);
      closeSync(overlay.lock);
    });
    const compared = { ...overlay, root };
    const changes = changesOf(compared);
    const at = (...path: readonly string[]): string => join(scene.directory, ...path);
    if (meddles) {
      for (const path of ['a', 'b', 'd/x', 'f/y', 'new']) writeFileSync(at(path), 'outside');
      renameSync(at('g'), at('g.old'));
      mkdirSync(at('g'));
    }
    const options = { overwrite: false, baseOf: baseTimes(compared) };
    const left = commitChanges(overlay, root, changes, options).map(({ change }) => change.path);
    if (meddles) {
      assert.deepEqual([...new Set(left)].toSorted(), ['a', 'b', 'd', 'f', 'g', 'new']);
      for (const path of ['a', 'b', 'd/x', 'f/y', 'new'])
        assert.equal(readFileSync(at(path), 'utf8'), 'outside');
    } else {
      assert.deepEqual(left, []);
      assert.deepEqual(readdirSync(scene.directory).toSorted(), ['a', 'e', 'f', 'g', 'new']);
    }
    assert.equal(readFileSync(at('e'), 'utf8'), '2\n');
    assert.ok(!readdirSync(scene.directory).some((name) => name.startsWith('.cloudabi')));
  });
