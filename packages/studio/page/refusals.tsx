import type { DocumentMend, RefusedOperation } from '../../../src/studio/wire.ts';
import { edit } from './api.ts';
import { change } from './store.ts';

/** Describes the edit of a button. */
function wordsOf(mend: DocumentMend): string {
  return mend.kind === 'host' ? `Allow ${mend.host}` : `Add ${mend.rights.join(', ')} to ${mend.place}`;
}

/** Lists what programs were refused, each once, with a button for the change that would allow it. */
export function Refusals({
  refusals,
  program,
}: {
  readonly refusals: readonly RefusedOperation[];
  readonly program: string | null;
}) {
  const counted = new Map<string, { readonly one: RefusedOperation; count: number }>();
  for (const one of refusals) {
    if (program !== null && one.program !== program) continue;
    // The time stands first in the text; the number of the process may differ, too.
    const key = `${one.program} ${one.text.replace(/^\S+ /, '').replaceAll(/\(\d+\)/g, '')}`;
    counted.set(key, { one, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  const mend = async (one: RefusedOperation) => {
    if (one.mend === null) return;
    const refused = await edit({ edit: 'mend', name: one.program, mend: one.mend });
    change({ notice: refused ?? 'The document allows it now; press Update to go over to it.' });
  };
  if (counted.size === 0) return <p>Nothing was refused{program === null ? '' : ` to ${program}`}.</p>;
  return (
    <ul className="problems">
      {[...counted].reverse().map(([key, { one, count }]) => (
        <li key={key}>
          <strong>{one.program}</strong> {count > 1 ? `(${count} times) ` : ''}
          {one.text.replace(/^\S+ /, '')}
          {one.mend !== null && (
            <button type="button" onClick={() => void mend(one)}>
              {wordsOf(one.mend)}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
