/*
 * The messages between the page, the confined server and the desk. Types alone, which import nothing: the page is built
 * apart.
 */

/** The kinds of arrows that can be drawn. */
export type WayKind =
  | 'connection'
  | 'pipe'
  | 'shared_memory'
  | 'directory'
  | 'service'
  | 'outside'
  | 'published';

/** A place on the canvas, in pixels. */
export type CanvasPlace = { readonly x: number; readonly y: number };

/** Lines of the document, from 1; both are included. */
export type Lines = readonly [first: number, last: number];

/** A program as the document has it, right or wrong. */
export type CanvasBox = {
  readonly name: string;
  readonly program: string;
  readonly replicas: string;
  readonly restart: string;
  /** `command` for programs that are granted a world of files, `tree` for those that take a tree of values. */
  readonly form: 'command' | 'tree';
  readonly place: CanvasPlace | null;
  readonly lines: Lines;
};

/** An arrow as the document has it, right or wrong. */
export type CanvasArrow = {
  readonly name: string;
  readonly kind: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly between: readonly string[];
  /** The clients of a service. */
  readonly clients: readonly string[];
  /** Further keys, as they are written. */
  readonly details: readonly (readonly [key: string, value: string])[];
  readonly lines: Lines;
};

/** The document as far as it can be drawn. */
export type Outline = { readonly boxes: readonly CanvasBox[]; readonly ways: readonly CanvasArrow[] };

/** A mistake in the document. */
export type DocumentProblem = {
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
  /** The line with a caret beneath. */
  readonly excerpt: string | null;
};

/** A program in the words of `explain`. */
export type PlanWords = { readonly program: string; readonly kind: string; readonly words: string };

/** An arrow in the words of `explain`: its way, and the mechanisms that hold it here and on Kubernetes. */
export type WayWords = {
  readonly arrow: string;
  readonly way: string;
  readonly here: string;
  readonly kubernetes: string;
};

/** The answer of the checker; of very many problems, the first, and the number of all. */
export type GraphChecked =
  | { readonly right: true; readonly plans: readonly PlanWords[]; readonly ways: readonly WayWords[] }
  | { readonly right: false; readonly problems: readonly DocumentProblem[]; readonly count: number };

/** The states of the graph on this machine. */
export type RunState = 'stopped' | 'starting' | 'running' | 'stopping';

/** A line of a log. */
export type LogText = {
  readonly time: string;
  readonly program: string;
  readonly replica: number;
  readonly stream: string;
  readonly text: string;
};

/** The change to the document that would allow what a program was refused. */
export type DocumentMend =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'rights'; readonly place: string; readonly rights: readonly string[] };

/** An operation that a program was refused. */
export type RefusedOperation = {
  readonly time: string;
  readonly program: string;
  readonly text: string;
  readonly mend: DocumentMend | null;
};

/** Lines of a chart over the same times, in seconds since 1970. */
export type ChartPart = {
  readonly times: readonly number[];
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
};

/** The last hour of a program or an arrow, and its source. */
export type ChartSource = { readonly source: 'supervisor' | 'prometheus'; readonly part: ChartPart };

/** The last hour of a program or an arrow, and its source; or the reason why there is none. */
export type ChartAnswer =
  | ({ readonly refused: null } & ChartSource)
  | { readonly refused: string; readonly source: null; readonly part: null };

/** The state of a replica of a program, as `graph status --json` has it. */
export type ReplicaStatus = {
  readonly program: string;
  readonly replica: number;
  readonly state: string;
  readonly pid: number | null;
  readonly since: string | null;
  readonly starts: number;
  readonly failures: number;
  readonly refusals: number;
  readonly processes: number;
  /** Bytes. */
  readonly memory: number;
  /** Milliseconds. */
  readonly cpuTime: number;
  readonly lastEnd: string | null;
};

/** The state of an arrow; null where nothing of ours sees the data. */
export type WayStatus = {
  readonly arrow: string;
  readonly address: string | null;
  readonly open: number | null;
  readonly connections: number | null;
  readonly sent: number | null;
  readonly received: number | null;
  readonly refused: number | null;
};

/** The state of a graph that runs. */
export type StatusJson = {
  readonly programs: readonly ReplicaStatus[];
  readonly arrows: readonly WayStatus[];
};

/** The document and what can be done with it. */
export type DocumentState = {
  readonly file: string;
  readonly text: string;
  readonly outline: Outline;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The text cannot be read as YAML at all. */
  readonly broken: boolean;
  /** Grows with each change. */
  readonly version: number;
};

/** The events that the page hears of, one JSON line each. */
export type StudioEvent =
  | { readonly type: 'document'; readonly document: DocumentState }
  | { readonly type: 'checked'; readonly version: number; readonly checked: GraphChecked }
  | { readonly type: 'run'; readonly state: RunState; readonly message: string | null }
  | { readonly type: 'status'; readonly status: StatusJson }
  | { readonly type: 'line'; readonly line: LogText }
  /** All that are known; later ones come alone. */
  | { readonly type: 'refusals'; readonly refusals: readonly RefusedOperation[] }
  | { readonly type: 'refusal'; readonly refusal: RefusedOperation };

/** An edit of the document. */
export type GraphEdit =
  | {
      readonly edit: 'add-program';
      readonly name: string;
      readonly program: string;
      readonly form: CanvasBox['form'];
      readonly place: CanvasPlace;
    }
  | { readonly edit: 'remove-program'; readonly name: string }
  | { readonly edit: 'rename-program'; readonly name: string; readonly to: string }
  | {
      readonly edit: 'set';
      readonly name: string;
      readonly key: 'program' | 'replicas' | 'restart';
      readonly value: string;
    }
  | {
      readonly edit: 'add-arrow';
      readonly name: string;
      readonly kind: WayKind;
      readonly from: string;
      readonly to: string;
      readonly detail: string;
    }
  | { readonly edit: 'remove-arrow'; readonly name: string }
  | { readonly edit: 'rename-arrow'; readonly name: string; readonly to: string }
  | { readonly edit: 'move'; readonly places: Readonly<Record<string, CanvasPlace>> }
  | { readonly edit: 'mend'; readonly name: string; readonly mend: DocumentMend }
  | { readonly edit: 'text'; readonly text: string };

/** The things that the page may ask for beside edits. */
export type StudioAction = 'undo' | 'redo' | 'up' | 'down' | 'update';

/** An answer to the page: the reason why nothing was done, or null. */
export type StudioAnswer = { readonly refused: string | null };
