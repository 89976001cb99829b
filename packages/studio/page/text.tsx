import { useEffect, useState } from 'react';
import { edit } from './api.ts';
import { Problems } from './inspector.tsx';
import { change, type PageState } from './store.ts';

/** The text of the document, to be edited by hand. */
export function TextPanel({ state }: { readonly state: PageState }) {
  const text = state.document?.text ?? '';
  const [draft, setDraft] = useState(text);
  const [base, setBase] = useState(text);
  useEffect(() => {
    // A text that is being typed is not replaced.
    if (draft === base) setDraft(text);
    setBase(text);
  }, [text, draft, base]);
  const save = async () => {
    const refused = await edit({ edit: 'text', text: draft });
    if (refused !== null) change({ notice: refused });
  };
  return (
    <div className="text">
      <textarea
        aria-label="Text of the document"
        spellCheck={false}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <div className="buttons">
        <button type="button" disabled={draft === text} onClick={() => setDraft(text)}>
          Discard
        </button>
        <button type="button" className="main" disabled={draft === text} onClick={() => void save()}>
          Save text
        </button>
      </div>
      {state.checked !== null && !state.checked.right && <Problems problems={state.checked.problems} />}
    </div>
  );
}
