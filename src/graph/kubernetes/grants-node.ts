import { posix } from 'node:path';
import type { YamlNode, YamlSpan } from '../../argdata/yaml.ts';
import { yamlEntry } from '../../argdata/yaml.ts';
import { toPosition } from '../../resources/document.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { describeArrow, sideOf } from '../arrow-words.ts';
import type {
  Arrow,
  ConnectionArrow,
  Graph,
  GraphProgram,
  OfferedServiceArrow,
  PublishedArrow,
} from '../graph-types.ts';
import { channelOf } from '../places.ts';
import { isRelayed } from '../relayed.ts';
import { APPLICATION } from './application.ts';
import { clusterService } from './cluster-service.ts';
import { mapNode, str, tagged } from './nodes.ts';

/** The folder of volumes that arrows share within a pod. */
export const ARROWS = '/cloudabi-arrows';

/** The first port on which programs listen in their pods. */
const FIRST_PORT = 20000;

/** The grants of a program as its container has them. */
export type ClusterGrants = {
  readonly node: YamlNode | undefined;
  /** Paths in the container that need a claim. */
  readonly claims: readonly string[];
};

/** The port in its pod on which the server of an arrow listens. */
export function containerPort({ arrows }: Pick<Graph, 'arrows'>, arrow: Arrow): number {
  return FIRST_PORT + [...arrows.keys()].indexOf(arrow.name);
}

/** The UNIX socket of an arrow in the pods of its ends. */
export function socketOf(arrow: Pick<Arrow, 'name'>): string {
  return `${ARROWS}/${arrow.name}/socket`;
}

/** The folder that a client of a service shares with the program that offers it. */
export function channelFolder(arrow: OfferedServiceArrow, client: string): string {
  return `${ARROWS}/${channelOf(arrow, client)}`;
}

function channelSocket(arrow: OfferedServiceArrow, client: string): string {
  return `${channelFolder(arrow, client)}/socket`;
}

/** Tells whether a connection leads from one pod to another, so that sidecars carry it there by TLS. */
export function isChannel(arrow: Arrow): arrow is ConnectionArrow {
  return arrow.kind === 'connection' && arrow.socket === undefined;
}

/** Tells whether a sidecar carries plain connections into the pod: the program may hold no socket of its network. */
export function isCarried(graph: Graph, arrow: Arrow): arrow is PublishedArrow {
  return arrow.kind === 'published' && isRelayed(graph, arrow);
}

/** Rewrites the grants of a program for its container: paths, and the tags of a graph. It reports mistakes. */
export function containerGrants(graph: Graph, program: GraphProgram, mistakes: Mistakes): ClusterGrants {
  const claims: string[] = [];
  const rewriter = new Rewriter(graph, program, mistakes, claims);
  const [node] = program.grantsNode === undefined ? [] : rewriter.rewrite(program.grantsNode, undefined);
  const stops = program.ends.some(({ purpose }) => purpose.kind === 'stop');
  return { node: node !== undefined && stops ? withOpenStop(node) : node, claims: [...new Set(claims)] };
}

/** The key, or number, of a descriptor that keeps `!stop` from ending. */
const STOP_KEY = 'cloudabi-stop';
const STOP_NUMBER = 1023;

/** The program holds the other end of `!stop` itself, so that it does not end: Kubernetes stops a program by a signal. */
function withOpenStop(node: YamlNode): YamlNode {
  const { span } = node;
  const end = stopPipe('write', span);
  if (node.kind === 'map')
    return { ...node, entries: [...node.entries, { key: str(STOP_KEY, span), value: end }] };
  if (node.kind !== 'tagged' || node.content.kind !== 'map') return node;
  const number: YamlNode = { kind: 'int', value: STOP_NUMBER, span };
  const entries = node.content.entries.map((entry) =>
    entry.key.kind === 'str' && entry.key.value === 'descriptors' && entry.value.kind === 'map'
      ? {
          ...entry,
          value: { ...entry.value, entries: [...entry.value.entries, { key: number, value: end }] },
        }
      : entry,
  );
  return { ...node, content: { ...node.content, entries } };
}

function stopPipe(end: 'read' | 'write', span: YamlSpan): YamlNode {
  return tagged(
    'pipe',
    mapNode(
      [
        ['name', str(STOP_KEY, span)],
        ['end', str(end, span)],
      ],
      span,
    ),
    span,
  );
}

class Rewriter {
  readonly #graph: Graph;
  readonly #program: GraphProgram;
  readonly #mistakes: Mistakes;
  readonly #claims: string[];

  constructor(graph: Graph, program: GraphProgram, mistakes: Mistakes, claims: string[]) {
    this.#graph = graph;
    this.#program = program;
    this.#mistakes = mistakes;
    this.#claims = claims;
  }

  /** A node may stand for several, in a list of rules. */
  rewrite(node: YamlNode, key: string | undefined): readonly YamlNode[] {
    switch (node.kind) {
      case 'tagged':
        return this.#tagged(node, key);
      case 'seq':
        return [{ ...node, items: node.items.flatMap((item) => this.rewrite(item, key)) }];
      case 'map': {
        const entries = node.entries.map((entry) => {
          const name = entry.key.kind === 'str' ? entry.key.value : undefined;
          return { key: entry.key, value: this.rewrite(entry.value, key ?? name)[0] ?? entry.value };
        });
        return [{ ...node, entries }];
      }
      default:
        return [node];
    }
  }

  #tagged(node: Extract<YamlNode, { kind: 'tagged' }>, key: string | undefined): readonly YamlNode[] {
    const { tag, content, span } = node;
    if (tag === 'arrow' && content.kind === 'str') {
      const [name = '', client] = content.value.split('/', 2);
      return this.#arrow(name, span, key, client);
    }
    // Probes find out whether it is ready, and a signal stops it.
    if (tag === 'ready')
      return [
        tagged(
          'file',
          mapNode(
            [
              ['path', str('/dev/null', span)],
              ['rights', str('write', span)],
            ],
            span,
          ),
          span,
        ),
      ];
    if (tag === 'stop') return [stopPipe('read', span)];
    if (tag === 'file' && content.kind === 'map') return [{ ...node, content: this.#file(content) }];
    const [inner] = this.rewrite(content, tag === 'network' ? tag : undefined);
    return inner === undefined || inner.kind === 'tagged' ? [node] : [{ ...node, content: inner }];
  }

  /** The paths of a document are those of its image. What is changed lies in a claim. */
  #file(content: Extract<YamlNode, { kind: 'map' }>): Extract<YamlNode, { kind: 'map' }> {
    const path = yamlEntry(content, 'path')?.value;
    if (path?.kind !== 'str') return content;
    const at = posix.resolve(APPLICATION, path.value);
    const rights = yamlEntry(content, 'rights')?.value;
    if (rights !== undefined && changes(rights)) this.#claims.push(at);
    const entries = content.entries
      .filter(({ key }) => !(key.kind === 'str' && key.value === 'missing'))
      .map((entry) => (entry.value === path ? { ...entry, value: str(at, path.span) } : entry));
    return { ...content, entries };
  }

  #arrow(name: string, span: YamlSpan, key: string | undefined, client?: string): readonly YamlNode[] {
    const arrow = this.#graph.arrows.get(name);
    const side = arrow && sideOf(arrow, this.#program.name);
    if (arrow === undefined || side === undefined) return [];
    const wrong = (message: string): readonly YamlNode[] => {
      this.#mistakes.add(`${describeArrow(arrow)}: ${message}`, toPosition(span));
      return [];
    };
    const folder = `${ARROWS}/${arrow.name}`;
    switch (arrow.kind) {
      case 'published':
        return isCarried(this.#graph, arrow)
          ? [listener(socketOf(arrow), span)]
          : [
              tagged(
                'socket',
                mapNode([['bind', str(`0.0.0.0:${containerPort(this.#graph, arrow)}`, span)]], span),
                span,
              ),
            ];
      case 'connection': {
        const path = arrow.socket === undefined ? socketOf(arrow) : `${folder}/${arrow.socket}`;
        if (side === 'to')
          return arrow.socket === undefined
            ? [listener(path, span)]
            : [directory(folder, ['read', 'write', 'create', 'remove'], span)];
        if (key === 'network')
          return [
            mapNode(
              [
                ['host', str(arrow.to, span)],
                ['ports', { kind: 'int', value: arrow.port, span }],
                ['socket', str(path, span)],
              ],
              span,
            ),
          ];
        return key === 'sockets'
          ? [str(path, span)]
          : [tagged('socket', mapNode([['connect', str(path, span)]], span), span)];
      }
      case 'directory': {
        const at = posix.resolve(APPLICATION, arrow.path);
        this.#claims.push(at);
        const rights = side === 'from' ? arrow.rights : arrow.handed;
        const names = rights.kind === 'seq' ? rights.items : [rights];
        return [
          directory(
            at,
            names.flatMap((one) => (one.kind === 'scalar' ? [String(one.value)] : [])),
            span,
          ),
        ];
      }
      case 'service': {
        if (!('to' in arrow)) {
          const node = clusterService(arrow, this.#program.name, this.#mistakes, toPosition(span));
          if (node === undefined) return [];
          return [key === 'services' ? node : tagged('service', node, span)];
        }
        const path = channelSocket(
          arrow,
          side === 'from' ? this.#program.name : (client ?? arrow.clients[0] ?? ''),
        );
        if (side === 'to') return [listener(path, span)];
        return key === 'sockets'
          ? [str(path, span)]
          : [tagged('socket', mapNode([['connect', str(path, span)]], span), span)];
      }
      case 'outside':
        return arrow.hostNode === undefined ? [] : [arrow.hostNode];
      case 'pipe':
      case 'shared_memory':
        return wrong(
          `on Kubernetes, containers share no descriptors, so that !${arrow.kind} cannot join them; use a !connection or a !directory`,
        );
    }
  }
}

/** A listener at a path; the container may have been ended before, and have left its file. */
function listener(path: string, span: YamlSpan): YamlNode {
  return tagged(
    'socket',
    mapNode(
      [
        ['bind', str(path, span)],
        ['reuse_address', { kind: 'bool', value: true, span }],
      ],
      span,
    ),
    span,
  );
}

const CHANGING: readonly string[] = ['write', 'append', 'create', 'remove'];

function changes(rights: YamlNode): boolean {
  if (rights.kind === 'seq') return rights.items.some(changes);
  return rights.kind === 'str' && CHANGING.includes(rights.value);
}

function directory(path: string, rights: readonly string[], span: YamlSpan): YamlNode {
  const list: YamlNode = { kind: 'seq', items: rights.map((name) => str(name, span)), span };
  return tagged(
    'file',
    mapNode(
      [
        ['path', str(path, span)],
        ['rights', list],
      ],
      span,
    ),
    span,
  );
}
