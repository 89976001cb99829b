import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { BETWEEN_PROGRAMS, wordsOf } from './kinds.ts';

/** A program on the canvas. */
export type BoxData = {
  readonly name: string;
  readonly program: string;
  readonly kind: string;
  readonly replicas: string;
  readonly state: string;
  readonly usage: string;
  readonly problems: number;
};

/** A node of a program. */
export type BoxNode = Node<BoxData, 'program'>;

/** A node for the outside, at one of the sides. */
export type SideNode = Node<
  { readonly label: string; readonly side: 'visitors' | 'internet' | 'services' },
  'side'
>;

/** Draws a program with a handle for each kind of arrow, at the left for its end and at the right for its beginning. */
export const CanvasBox = memo(function CanvasBox({ data }: NodeProps<BoxNode>) {
  const { name, program, kind, replicas, state, usage, problems } = data;
  return (
    <div className="box" data-state={state}>
      {BETWEEN_PROGRAMS.map((way, index) => (
        <Handle
          key={`to-${way}`}
          id={way}
          type="target"
          position={Position.Left}
          className={`handle ${way}`}
          style={{ top: 20 + index * 17 }}
          title={`${wordsOf(way).label} to ${name}`}
        />
      ))}
      <div className="box-head">
        <span className="box-name">{name}</span>
        {problems > 0 && (
          <span className="badge" title={`${problems} problems`}>
            {problems}
          </span>
        )}
      </div>
      <div className="box-program">{program === '' ? 'no program yet' : program}</div>
      <div className="box-kind">
        {kind}
        {replicas === '1' ? '' : ` × ${replicas}`}
      </div>
      <div className="box-state">
        <span className="dot" aria-hidden="true" />
        {state}
        <span className="box-usage">{usage}</span>
      </div>
      {BETWEEN_PROGRAMS.map((way, index) => (
        <Handle
          key={`from-${way}`}
          id={way}
          type="source"
          position={Position.Right}
          className={`handle ${way}`}
          style={{ top: 20 + index * 17 }}
          title={`${wordsOf(way).label} from ${name}`}
        />
      ))}
    </div>
  );
});

/** Draws the outside. */
export const Side = memo(function Side({ data }: NodeProps<SideNode>) {
  const visitors = data.side === 'visitors';
  const kind = data.side === 'services' ? 'service' : 'connection';
  return (
    <div className="side">
      {data.label}
      <Handle
        id={kind}
        type={visitors ? 'source' : 'target'}
        position={visitors ? Position.Right : Position.Left}
        className={`handle ${kind}`}
        title={titles[data.side]}
      />
    </div>
  );
});

const titles = {
  visitors: 'Publish a port',
  internet: 'Reach a host outside',
  services: 'Ask a service of ours',
} as const;
