import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type Edge,
  MiniMap,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
} from '@xyflow/react';
import {
  type Dispatch,
  type DragEvent,
  type SetStateAction,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { CanvasPlace } from '../../../src/studio/wire.ts';
import { edit } from './api.ts';
import { type BoxNode, CanvasBox, Side, type SideNode } from './box.tsx';
import { edgesOf, nodesOf } from './flow.ts';
import { drawnPart, INTERNET, VISITORS } from './layout.ts';
import { change, usePage } from './store.ts';

type Shown = BoxNode | SideNode;
/** The canvas as React Flow gives it. */
export type Flow = ReactFlowInstance<Shown, Edge>;

/** A thing that is selected on the canvas. */
export type Selected = { readonly kind: 'program' | 'arrow'; readonly name: string } | null;

/** An arrow that is being drawn: its ends and its kind are known, its name and detail are asked for. */
export type DrawnArrow = { readonly kind: string; readonly from: string; readonly to: string };

/** The type of the things that are dragged from the palette. */
export const DRAGGED = 'application/x-cloudabi-program';

const nodeTypes = { program: CanvasBox, side: Side };

/** Graphs with more nodes are drawn as far as they are in view: moving the canvas costs more then, drawing it less. */
const LARGEST_WHOLE = 500;

/** Milliseconds after which a move by the keyboard is saved. */
const SETTLED = 400;

type CanvasProps = {
  readonly dark: boolean;
  readonly selected: Selected;
  readonly onSelect: Dispatch<SetStateAction<Selected>>;
  readonly onDraw: (arrow: DrawnArrow) => void;
  readonly onDropProgram: (form: string, place: CanvasPlace) => void;
  readonly onFlow: (flow: Flow) => void;
};

/** Draws the graph, and turns gestures into edits of the document. */
export function Canvas({ dark, selected, onSelect, onDraw, onDropProgram, onFlow }: CanvasProps) {
  const state = usePage();
  const whole = state.document?.outline;
  const outline = useMemo(() => whole && drawnPart(whole), [whole]);
  const [nodes, setNodes] = useState<Shown[]>([]);
  const flow = useRef<Flow | null>(null);
  const moved = useRef(new Map<string, CanvasPlace>());
  const timer = useRef<number | undefined>(undefined);
  const made = useMemo(() => (outline === undefined ? [] : nodesOf(state, outline)), [state, outline]);
  useEffect(() => {
    setNodes((now) => {
      const known = new Map(now.map((node) => [node.id, node]));
      return made.map((node): Shown => {
        const old = known.get(node.id);
        const isSelected = selected?.kind === 'program' && selected.name === node.id;
        const moves = old?.dragging === true || moved.current.has(node.id);
        const kept = { ...(old?.measured && { measured: old.measured }), selected: isSelected };
        if (node.type === 'program')
          return {
            ...node,
            ...kept,
            position: moves && old ? old.position : node.position,
            dragging: old?.dragging ?? false,
          };
        return { ...node, ...kept };
      });
    });
  }, [made, selected]);
  const edges = useMemo(
    () =>
      (outline === undefined ? [] : edgesOf(state, outline)).map((edge) => ({
        ...edge,
        selected: selected?.kind === 'arrow' && edge.data?.['arrow'] === selected.name,
      })),
    [state, outline, selected],
  );
  const save = useCallback(async () => {
    const places = Object.fromEntries(moved.current);
    const refused = await edit({ edit: 'move', places });
    for (const [name, place] of Object.entries(places))
      if (moved.current.get(name) === place) moved.current.delete(name);
    if (refused !== null) change({ notice: refused });
  }, []);
  const onNodesChange = useCallback(
    (changes: NodeChange<Shown>[]) => {
      for (const one of changes)
        if (one.type === 'position' && one.position !== undefined) {
          moved.current.set(one.id, one.position);
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => void save(), SETTLED);
        } else if (one.type === 'select' && !one.id.includes(':'))
          onSelect(afterSelect({ kind: 'program', name: one.id }, one.selected));
      setNodes((now) => applyNodeChanges(changes, now));
    },
    [save, onSelect],
  );
  const onConnect = useCallback(
    ({ source, target, sourceHandle }: Connection) => {
      const kind =
        source === VISITORS ? 'published' : target === INTERNET ? 'outside' : (sourceHandle ?? 'connection');
      onDraw({ kind, from: source, to: target });
    },
    [onDraw],
  );
  const onDrop = (event: DragEvent) => {
    const form = event.dataTransfer.getData(DRAGGED);
    if (form === '' || flow.current === null) return;
    event.preventDefault();
    onDropProgram(form, flow.current.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  return (
    <ReactFlow<Shown, Edge>
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      colorMode={dark ? 'dark' : 'light'}
      onInit={(instance) => {
        flow.current = instance;
        onFlow(instance);
      }}
      onNodesChange={onNodesChange}
      onEdgesChange={(changes) => {
        for (const one of changes)
          if (one.type === 'select')
            onSelect(afterSelect({ kind: 'arrow', name: one.id.replace(/:\d+$/, '') }, one.selected));
      }}
      onPaneClick={() => onSelect(null)}
      onConnect={onConnect}
      isValidConnection={({ source, target, sourceHandle, targetHandle }) =>
        source !== target && sourceHandle === targetHandle && !(source === VISITORS && target === INTERNET)
      }
      onBeforeDelete={async ({ nodes: gone, edges: lost }) => {
        await remove(gone, lost);
        return false;
      }}
      deleteKeyCode={['Delete', 'Backspace']}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      minZoom={0.05}
      onlyRenderVisibleElements={nodes.length > LARGEST_WHOLE}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.08 }}
      aria-label="Graph of programs"
    >
      <Background />
      <Controls showInteractive={false} />
      {nodes.length > 14 && <MiniMap pannable zoomable ariaLabel="Overview of the graph" />}
    </ReactFlow>
  );
}

/** Selects a thing, or unselects it where it is the one that is selected. */
function afterSelect(thing: NonNullable<Selected>, selected: boolean): (now: Selected) => Selected {
  return (now) => {
    if (selected) return thing;
    return now?.kind === thing.kind && now.name === thing.name ? null : now;
  };
}

/** Removes what is selected; arrows at a removed program go with it. */
async function remove(nodes: readonly Shown[], edges: readonly Edge[]): Promise<void> {
  const programs = nodes.flatMap((node) => (node.type === 'program' ? [node.id] : []));
  const arrows = programs.length > 0 ? [] : [...new Set(edges.map(({ id }) => id.replace(/:\d+$/, '')))];
  for (const name of programs) say(await edit({ edit: 'remove-program', name }));
  for (const name of arrows) say(await edit({ edit: 'remove-arrow', name }));
}

function say(refused: string | null): void {
  if (refused !== null) change({ notice: refused });
}
