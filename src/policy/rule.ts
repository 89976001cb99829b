import type { Category } from './category.ts';
import type { Pattern } from './pattern.ts';

/** The decision of a rule about an access. */
export type Action =
  /** The access is let through to the static grants. */
  | { readonly kind: 'allow' }
  /** The call ends with an error (errno(3)). */
  | { readonly kind: 'deny'; readonly errno: number }
  /** The path does not exist, and nothing beneath it. */
  | { readonly kind: 'hide' }
  /** Another file, or an empty one, is read in place of the path; it cannot be written. */
  | { readonly kind: 'mask'; readonly with: MaskSource }
  /** The file is written at its end only; it is neither shortened, moved nor removed. */
  | { readonly kind: 'append' }
  /** A person is asked; without an answer it is denied. */
  | { readonly kind: 'ask' }
  /** The access is let through to the static grants, and a record is written. */
  | { readonly kind: 'log' }
  /** The process is stopped, as SIGSTOP does. */
  | { readonly kind: 'stop' }
  /** The process is killed. */
  | { readonly kind: 'kill' };

/** The content that a masked path has. */
export type MaskSource =
  | { readonly kind: 'empty' }
  /** The path of a file of the host's. */
  | { readonly kind: 'file'; readonly path: string };

/** The name of an action. */
export type ActionKind = Action['kind'];

/** The names of the actions, in the order of their numbers in a table. */
export const actionKinds = [
  'allow',
  'deny',
  'hide',
  'mask',
  'append',
  'ask',
  'log',
  'stop',
  'kill',
] as const satisfies readonly ActionKind[];

/** The number of an action in a table. */
export function actionNumber(kind: ActionKind): number {
  return actionKinds.indexOf(kind);
}

/**
 * One rule. Rules are read from top to bottom, and the first one that matches decides; an access that none matches is
 * left to the static grants.
 */
export type Rule = {
  readonly action: Action;
  /** The accesses that it is about. */
  readonly categories: readonly Category[];
  /** Patterns of resolved paths, as the program sees them; one of them must match. */
  readonly patterns: readonly Pattern[];
  /** Held by mounts over what is there when the program starts, for `hide`; by the supervisor when left out. */
  readonly by?: 'mounts';
  /** Only for processes whose executable matches one of these. */
  readonly executables?: readonly Pattern[];
  /**
   * The sockets of a rule about `net/connect` as they are written. The patterns stand for the texts by which a table knows
   * them (socket-text.ts).
   */
  readonly sockets?: readonly string[];
  /** The place where it is written. */
  readonly source: RuleSource;
};

/** The place of a rule, with its text; lines and columns begin with 1. */
export type RuleSource = {
  /** The rule as it was written. */
  readonly text: string;
  /** `FILE:LINE:COLUMN`, the name of an option, or a place in a document. */
  readonly place: string;
};
