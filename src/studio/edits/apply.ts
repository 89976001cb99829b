import { YamlEdit } from '../../argdata/yaml-edit.ts';
import type { GraphEdit } from '../wire.ts';
import { addArrow } from './add-arrow.ts';
import { allowHost, allowRights } from './mend.ts';
import { movePrograms, PLACES_KEY } from './move.ts';
import {
  addGraphProgram,
  removeArrow,
  removeProgram,
  renameArrow,
  renameProgram,
  setOfProgram,
} from './programs.ts';

/**
 * Edits the text of a graph. All that an edit is not about stays as it is written, comments and order included.
 *
 * @throws RangeError when the text does not allow it: its message says why.
 */
export function applyEdit(text: string, edit: GraphEdit): string {
  if (edit.edit === 'text') return edit.text;
  const before = new YamlEdit(text);
  if (before.tag !== 'graph') throw new RangeError("it is no graph: '!graph' is missing at its top");
  for (const part of PARTS)
    if (before.names(part) === undefined && before.texts(part) !== undefined)
      throw new RangeError(`'${part}' is no map of names`);
  const next = changed(text, edit);
  // A text that was YAML stays so.
  new YamlEdit(next);
  return next;
}

const PARTS = ['programs', 'arrows', PLACES_KEY];

function changed(text: string, edit: Exclude<GraphEdit, { edit: 'text' }>): string {
  switch (edit.edit) {
    case 'add-program':
      return addGraphProgram(text, edit);
    case 'remove-program':
      return removeProgram(text, edit.name);
    case 'rename-program':
      return renameProgram(text, edit.name, edit.to);
    case 'set':
      return setOfProgram(text, edit.name, edit.key, edit.value);
    case 'add-arrow':
      return addArrow(text, edit);
    case 'remove-arrow':
      return removeArrow(text, edit.name);
    case 'rename-arrow':
      return renameArrow(text, edit.name, edit.to);
    case 'mend':
      return edit.mend.kind === 'host'
        ? allowHost(text, edit.name, edit.mend.host)
        : allowRights(text, edit.name, edit.mend.place, edit.mend.rights);
    case 'move':
      return movePrograms(text, edit.places);
  }
}
