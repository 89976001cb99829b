import type { Position } from '../../resources/position.ts';

/** The subjects of grants that are compared. */
export type GainKind =
  | 'path'
  | 'rule'
  | 'socket'
  | 'entry'
  | 'start'
  | 'descriptor'
  | 'network'
  | 'listen'
  | 'limit'
  | 'calls'
  | 'walls'
  | 'environment'
  | 'signing'
  | 'service';

/** Something that one plan allows and another does not. */
export type Gain = {
  readonly kind: GainKind;
  /** The words for people: `write /src`, `connect to registry.example.org:443`. */
  readonly what: string;
  readonly position: Position | undefined;
};
