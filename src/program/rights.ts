import {
  type PresetName,
  presetNames,
  type RightName,
  rightNames,
  type WrittenRights,
} from '../resources/rights.ts';
import { quote } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';

/** Presets such as `read`, or names of CloudABI rights. */
export type Rights = PresetName | RightName | readonly (PresetName | RightName)[];

/**
 * Takes a list of presets and names of rights apart.
 *
 * @throws TypeError for a name that is none.
 */
export function parseRights(rights: Rights): WrittenRights {
  const names = typeof rights === 'string' ? [rights] : rights;
  const unknown = names.find((name) => !isPreset(name) && !isRight(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, [...presetNames, ...rightNames]);
    throw new TypeError(
      `Unknown right ${quote(unknown)}, expected ${presetNames.join(', ')} or the name of a CloudABI right${hint}`,
    );
  }
  return { presets: names.filter(isPreset), names: names.filter(isRight) };
}

function isPreset(name: string): name is PresetName {
  return presetNames.some((preset) => preset === name);
}

function isRight(name: string): name is RightName {
  return rightNames.some((right) => right === name);
}
