import { fieldOf } from '../control/json-lines.ts';
import type { DeskClient } from './desk-client.ts';
import { DocumentHistory } from './document-history.ts';
import { applyEdit } from './edits/apply.ts';
import { outlineOf } from './outline.ts';
import type {
  ChartAnswer,
  ChartSource,
  DocumentState,
  GraphChecked,
  GraphEdit,
  Outline,
  StudioAction,
  StudioAnswer,
  StudioEvent,
} from './wire.ts';

/** Refusals that a page is told of when it comes. */
const MOST_REFUSALS = 200;

type RefusalsEvent = Extract<StudioEvent, { type: 'refusals' }>;
type RunEvent = Extract<StudioEvent, { type: 'run' }>;

const NOTHING: Outline = { boxes: [], ways: [] };
const DONE: StudioAnswer = { refused: null };

/** The document that is edited, and the state of its graph. Changes come one after the other. */
export class Session {
  readonly #desk: DeskClient;
  readonly #tell: (event: StudioEvent) => void;
  readonly #file: string;
  #history: DocumentHistory;
  #outline: Outline = NOTHING;
  #broken = false;
  #version = 0;
  #checked: Extract<StudioEvent, { type: 'checked' }> | undefined;
  #runs: RunEvent = { type: 'run', state: 'stopped', message: null };
  #status: StudioEvent | undefined;
  #refusals: RefusalsEvent = { type: 'refusals', refusals: [] };
  #turn: Promise<unknown> = Promise.resolve();

  /** @param tell Called for each event that pages shall hear of. */
  constructor(file: string, text: string, desk: DeskClient, tell: (event: StudioEvent) => void) {
    this.#file = file;
    this.#desk = desk;
    this.#tell = tell;
    this.#history = new DocumentHistory(text);
    this.#read();
    void this.#inTurn(() => this.#check());
  }

  /** The events by which a page that has just come knows everything. */
  get greeting(): readonly StudioEvent[] {
    return [this.#document(), this.#checked, this.#runs, this.#status, this.#refusals].filter(
      (event) => event !== undefined,
    );
  }

  /** Takes an event of the desk. */
  hear(event: unknown): void {
    const type = fieldOf(event, 'type');
    const text = fieldOf(event, 'text');
    if (type === 'changed' && typeof text === 'string') void this.#inTurn(() => this.#adopt(text));
    else if (type === 'run') {
      this.#runs = event as RunEvent;
      if (this.#runs.state === 'stopped') this.#status = undefined;
      this.#tell(this.#runs);
    } else if (type === 'status') {
      this.#status = event as StudioEvent;
      this.#tell(this.#status);
    } else if (type === 'refusals') {
      this.#refusals = event as RefusalsEvent;
      this.#tell(this.#refusals);
    } else if (type === 'refusal') {
      const { refusal } = event as Extract<StudioEvent, { type: 'refusal' }>;
      const refusals = [...this.#refusals.refusals.slice(1 - MOST_REFUSALS), refusal];
      this.#refusals = { type: 'refusals', refusals };
      this.#tell({ type: 'refusal', refusal });
    } else if (type === 'line') this.#tell(event as StudioEvent);
  }

  /** Edits the document and saves it. An arrow that the checker refuses is not drawn. */
  edit(edit: GraphEdit): Promise<StudioAnswer> {
    return this.#inTurn(async () => {
      let next: string;
      try {
        next = applyEdit(this.#history.text, edit);
      } catch (error) {
        return refused(`This cannot be done: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (edit.edit !== 'add-arrow') return this.#save(next, () => this.#history.change(next));
      const before = this.#checked?.checked;
      const checked = await this.#askCheck(next);
      const [news] = checked.right ? [] : checked.problems.filter((one) => !isKnown(one.message, before));
      if (news !== undefined) return refused(news.message);
      return this.#save(next, () => this.#history.change(next), checked);
    });
  }

  /** The last hour of a program or an arrow: from Prometheus where the studio was given one, else from the supervisor. */
  async history(kind: 'program' | 'arrow', name: string): Promise<ChartAnswer> {
    try {
      return { refused: null, ...((await this.#desk.ask('history', { kind, name })) as ChartSource) };
    } catch (error) {
      return { refused: error instanceof Error ? error.message : String(error), source: null, part: null };
    }
  }

  /** Does something else that the page asks for. */
  act(action: StudioAction): Promise<StudioAnswer> {
    return this.#inTurn(async () => {
      if (action === 'undo' || action === 'redo') {
        const text = this.#history.peek(action);
        return text === undefined
          ? refused(`There is nothing to ${action}`)
          : this.#save(text, () => this.#history.step(action));
      }
      try {
        await this.#desk.ask(action);
        return DONE;
      } catch (error) {
        return refused(error instanceof Error ? error.message : String(error));
      }
    });
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Saves a text in the place of the one that is known; a file that has changed meanwhile is not overwritten. */
  async #save(next: string, change: () => void, checked?: GraphChecked): Promise<StudioAnswer> {
    if (next === this.#history.text) return DONE;
    let now: unknown;
    try {
      now = await this.#desk.ask('save', { base: this.#history.text, text: next });
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    }
    if (typeof now === 'string') {
      await this.#adopt(now);
      return refused(
        'The document was changed by another program meanwhile, and was read again; repeat the edit',
      );
    }
    change();
    await this.#renew(checked);
    return DONE;
  }

  /** Adopts a text that another program has written. */
  async #adopt(text: string): Promise<void> {
    if (text === this.#history.text) return;
    this.#history.change(text);
    await this.#renew();
  }

  async #renew(checked?: GraphChecked): Promise<void> {
    this.#read();
    this.#tell(this.#document());
    if (checked !== undefined) this.#found(checked);
    // The page goes on meanwhile; the next change waits.
    else void this.#inTurn(() => this.#check());
  }

  #read(): void {
    this.#version++;
    try {
      this.#outline = outlineOf(this.#history.text);
      this.#broken = false;
    } catch {
      // The boxes of the last text that could be read stay on the canvas.
      this.#broken = true;
    }
  }

  #document(): Extract<StudioEvent, { type: 'document' }> {
    const { text, canUndo, canRedo } = this.#history;
    const document: DocumentState = {
      file: this.#file,
      text,
      outline: this.#outline,
      canUndo,
      canRedo,
      broken: this.#broken,
      version: this.#version,
    };
    return { type: 'document', document };
  }

  async #check(): Promise<void> {
    const version = this.#version;
    const checked = await this.#askCheck(this.#history.text);
    if (version === this.#version) this.#found(checked);
  }

  #found(checked: GraphChecked): void {
    this.#checked = { type: 'checked', version: this.#version, checked };
    this.#tell(this.#checked);
  }

  async #askCheck(text: string): Promise<GraphChecked> {
    try {
      return (await this.#desk.ask('check', { text })) as GraphChecked;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { right: false, problems: [{ message, line: null, column: null, excerpt: null }], count: 1 };
    }
  }
}

function refused(reason: string): StudioAnswer {
  return { refused: reason };
}

function isKnown(message: string, checked: GraphChecked | undefined): boolean {
  return checked?.right === false && checked.problems.some((one) => one.message === message);
}
