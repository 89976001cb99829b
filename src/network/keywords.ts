import { nearest } from '../text/suggest.ts';
import { grantableClasses } from './address-class.ts';

/** The words of rules that stand for more than a name. */
const keywords: readonly string[] = [...grantableClasses, 'localhost'];

/**
 * The word that a name of one label most likely was meant to be; `undefined` when it is near to none. A host that is
 * called so is written with a dot at its end.
 */
export function nearKeyword(name: string): string | undefined {
  return name.includes('.') ? undefined : nearest(name, keywords);
}
