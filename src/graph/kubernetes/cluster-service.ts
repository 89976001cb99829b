import type { YamlNode, YamlSpan } from '../../argdata/yaml.ts';
import { writtenPart } from '../../resources/document.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { Position } from '../../resources/position.ts';
import { readNamedService } from '../../resources/service-tag.ts';
import type { Wire } from '../../services/wire.ts';
import { describeArrow } from '../arrow-words.ts';
import type { AskedServiceArrow } from '../graph-types.ts';
import { APPLICATION } from './application.ts';

/** Services that need something which a container has not, and what that is. */
const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['net', "no policy of the cluster knows its hosts; use an arrow '!outside'"],
  ['powerbox', 'a container has no person who could be asked'],
  ['program', 'its programs would be those of the image, of which the check knows nothing'],
  ['ssh-agent', 'a container has no agent'],
]);

/** Makes the contents of `!service` for the container of a client: paths start in the folder of its image. */
export function clusterService(
  arrow: AskedServiceArrow,
  client: string,
  mistakes: Mistakes,
  position: Position,
): Exclude<YamlNode, { kind: 'tagged' }> | undefined {
  const without = WITHOUT.get(arrow.service);
  const node = arrow.asks.get(client);
  if (without !== undefined)
    mistakes.add(
      `${describeArrow(arrow)}: service ${arrow.service} cannot be asked on Kubernetes: ${without}`,
      position,
    );
  if (without !== undefined || node === undefined) return undefined;
  const subject = '!service';
  const context = { subject, spelling: 'document', directory: APPLICATION, mistakes, position } as const;
  const read = readNamedService(writtenPart(node, APPLICATION, mistakes), context);
  if (read === undefined) return undefined;
  const { span } = node;
  const limits = nodeOf(read.written, span);
  return { kind: 'map', entries: [{ key: nodeOf(arrow.service, span), value: limits }], span };
}

/** A value of a message as a node of YAML. Limits hold no descriptors and no bytes. */
function nodeOf(value: Wire, span: YamlSpan): YamlNode {
  if (value === null) return { kind: 'null', value, span };
  if (Array.isArray(value)) return { kind: 'seq', items: value.map((item) => nodeOf(item, span)), span };
  if (value instanceof Map)
    return {
      kind: 'map',
      entries: [...value].map(([key, item]) => ({ key: nodeOf(key, span), value: nodeOf(item, span) })),
      span,
    };
  if (typeof value === 'boolean') return { kind: 'bool', value, span };
  if (typeof value === 'number') return { kind: Number.isInteger(value) ? 'int' : 'float', value, span };
  if (typeof value === 'string') return { kind: 'str', value, span };
  throw new TypeError('A limit is no value of a document');
}
