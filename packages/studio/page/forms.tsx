import { type FormEvent, useState } from 'react';
import type { CanvasPlace, Outline, WayKind } from '../../../src/studio/wire.ts';
import { edit } from './api.ts';
import { Dialog } from './dialog.tsx';
import { KINDS, wordsOf } from './kinds.ts';

/** Asks for a program, and adds it. */
export function ProgramForm({
  form,
  place,
  outline,
  onClose,
}: {
  readonly form: string;
  readonly place: CanvasPlace;
  readonly outline: Outline;
  readonly onClose: (added: string | null) => void;
}) {
  const [refused, setRefused] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const name = textIn(fields, 'name');
    const kind = textIn(fields, 'form') === 'command' ? 'command' : 'tree';
    const reason = await edit({
      edit: 'add-program',
      name,
      program: textIn(fields, 'program'),
      form: kind,
      place,
    });
    if (reason === null) onClose(name);
    else setRefused(reason);
  };
  const taken = outline.boxes.map(({ name }) => name);
  return (
    <Dialog title="Add a program" onClose={() => onClose(null)}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Name
          <input
            name="name"
            required
            pattern="[a-z]([a-z0-9\-]{0,51}[a-z0-9])?"
            defaultValue={freeName('program', taken)}
          />
        </label>
        <label>
          Program
          <input name="program" placeholder="server.ts, orders.wasm or /usr/bin/redis-server" />
        </label>
        <label>
          Grants
          <select name="form" defaultValue={form}>
            <option value="tree">values and descriptors, for TypeScript and WebAssembly</option>
            <option value="command">a world of files, for Linux programs</option>
          </select>
        </label>
        <Refused reason={refused} />
        <Buttons label="Add" onCancel={() => onClose(null)} />
      </form>
    </Dialog>
  );
}

/** Asks for what an arrow needs, and draws it. The words of the checker stand here when it refuses. */
export function ArrowForm({
  drawn,
  outline,
  onClose,
}: {
  readonly drawn: { readonly kind: string; readonly from: string; readonly to: string };
  readonly outline: Outline;
  readonly onClose: (added: string | null) => void;
}) {
  const [refused, setRefused] = useState<string | null>(null);
  const [kind, setKind] = useState<WayKind>(wordsOf(drawn.kind).kind);
  const words = wordsOf(kind);
  const programs = outline.boxes.map(({ name }) => name);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const name = textIn(fields, 'name');
    const [from, to, detail] = [textIn(fields, 'from'), textIn(fields, 'to'), textIn(fields, 'detail')];
    const reason = await edit({ edit: 'add-arrow', name, kind, from, to, detail });
    if (reason === null) onClose(name);
    else setRefused(reason);
  };
  const wanted =
    kind === 'published' || drawn.to.includes(':') || drawn.to === '' ? kind.replace('_', '-') : drawn.to;
  return (
    <Dialog title="Draw an arrow" onClose={() => onClose(null)}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Kind
          <select value={kind} onChange={(event) => setKind(wordsOf(event.target.value).kind)}>
            {KINDS.map((one) => (
              <option key={one.kind} value={one.kind}>
                {one.label}
              </option>
            ))}
          </select>
        </label>
        {kind !== 'published' && <End name="from" label="From" programs={programs} value={drawn.from} />}
        {kind !== 'outside' && (
          <End
            name="to"
            label="To"
            programs={programs}
            value={drawn.to}
            {...(kind === 'service' && { without: 'none: a service of ours' })}
          />
        )}
        <label>
          Name
          <input
            name="name"
            required
            pattern="[a-z]([a-z0-9\-]{0,51}[a-z0-9])?"
            defaultValue={freeName(
              wanted,
              outline.ways.map(({ name }) => name),
            )}
          />
        </label>
        {words.detail !== '' && (
          <label>
            {words.detail}
            <input
              name="detail"
              placeholder={words.hint}
              required={kind === 'outside' || kind === 'directory'}
            />
          </label>
        )}
        <Refused reason={refused} />
        <Buttons label="Draw" onCancel={() => onClose(null)} />
      </form>
    </Dialog>
  );
}

function End({
  name,
  label,
  programs,
  value,
  without,
}: {
  readonly name: string;
  readonly label: string;
  readonly programs: readonly string[];
  readonly value: string;
  /** The words for no program, where there need be none. */
  readonly without?: string;
}) {
  return (
    <label>
      {label}
      <select name={name} defaultValue={value.includes(':') ? '' : value} required={without === undefined}>
        <option value="">{without ?? 'choose a program'}</option>
        {programs.map((program) => (
          <option key={program}>{program}</option>
        ))}
      </select>
    </label>
  );
}

/** The reason of a refusal, which is read out when it comes. */
export function Refused({ reason }: { readonly reason: string | null }) {
  return (
    <p role="alert" className="refused">
      {reason}
    </p>
  );
}

function Buttons({ label, onCancel }: { readonly label: string; readonly onCancel: () => void }) {
  return (
    <div className="buttons">
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
      <button type="submit" className="main">
        {label}
      </button>
    </div>
  );
}

function textIn(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** A name that is not taken. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let number = 2; taken.includes(name); number++) name = `${wanted}-${number}`;
  return name;
}
