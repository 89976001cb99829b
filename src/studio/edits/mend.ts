import { YamlEdit, yamlText } from '../../argdata/yaml-edit.ts';
import { addArrow } from './add-arrow.ts';

/** The words of the rights that a grant has which names none. */
const DEFAULT_RIGHTS = 'read';

/** A place in grants: keys, and numbers of items, as messages name them. */
const PART = /\["((?:[^"\\]|\\.)*)"\]|\[(\d{1,6})\]|\.?([\w-]+)/y;

/** Draws an arrow from a program to a host outside that it was refused. */
export function allowHost(text: string, program: string, host: string): string {
  const taken = new Set(new YamlEdit(text).names('arrows'));
  const wanted =
    host
      .replace(/:.*$/, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^[-0-9]+|-+$/g, '')
      .slice(0, 40)
      .replace(/-+$/, '') || 'outside';
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  return addArrow(text, { edit: 'add-arrow', kind: 'outside', name, from: program, to: '', detail: host });
}

/**
 * Adds rights to a granted file or directory of a program.
 *
 * @param place Its place in the grants, as refusals name it.
 * @throws RangeError when no `!file` is there.
 */
export function allowRights(text: string, program: string, place: string, rights: readonly string[]): string {
  const edit = new YamlEdit(text);
  const keys = ['programs', program, 'grants', ...keysOf(place)];
  const [name = ''] = keys.slice(-1);
  if (edit.tagOf(...keys) !== 'file')
    throw new RangeError(`there is no !file at '${place}' that could be changed`);
  const names = edit.names(...keys);
  if (names === undefined) {
    const [path = ''] = edit.texts(...keys) ?? [];
    const all = [DEFAULT_RIGHTS, ...rights.filter((right) => right !== DEFAULT_RIGHTS)]
      .map(yamlText)
      .join(', ');
    // The tag stays where it is, before the new value.
    edit.set(keys.slice(0, -1), name, `{ path: ${yamlText(path)}, rights: [${all}] }`);
    return edit.toString();
  }
  const now = edit.texts(...keys, 'rights') ?? [DEFAULT_RIGHTS];
  const all = [...now, ...rights.filter((right) => !now.includes(right))];
  if (edit.formOf(...keys, 'rights') === 'block')
    for (const right of all.slice(now.length)) edit.add([...keys, 'rights'], right);
  else edit.set(keys, 'rights', `[${all.map(yamlText).join(', ')}]`);
  return edit.toString();
}

/** @throws RangeError for a place that is an item of a list, or none. */
function keysOf(place: string): readonly string[] {
  const keys: string[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < place.length) {
    const found = PART.exec(place);
    if (found === null || found[2] !== undefined)
      throw new RangeError(`the place '${place}' is no entry of a map; edit the text`);
    keys.push(found[1] === undefined ? (found[3] ?? '') : (JSON.parse(`"${found[1]}"`) as string));
  }
  return keys;
}
