import { CREDENTIALS, TRUST } from '../channels/credentials.ts';
import { identityOf } from '../channels/identity.ts';
import { SIGNER_NAME, secretName } from '../channels/signer-names.ts';
import type { Arrow, Graph } from '../graph-types.ts';
import { ARROWS, containerPort, isCarried, isChannel, socketOf } from './grants-node.ts';
import type { JsonObject } from './objects.ts';
import { type Pod, podNamed } from './pods.ts';

/** The folder of a sidecar with the certificates of its pod. */
const CERTIFICATES = '/cloudabi-certificates';

/** The port of DNS, which a sidecar asks for the addresses of servers. */
const DNS_PORT = 53;

/** Facts about the cluster that sidecars depend on. */
export type SidecarOptions = {
  readonly namespace: string;
  /** The image with cloudabi; `undefined` is a mistake of the caller's. */
  readonly image: string;
  /** The makers of certificates: kubelets (`pod`), or the signer, which writes Secrets. */
  readonly certificates: 'pod' | 'secret';
};

/** The parts of a pod by which it has a sidecar. */
export type Sidecar = {
  readonly container: JsonObject;
  readonly volumes: readonly JsonObject[];
  /** The text of its grants. */
  readonly grants: string;
};

/** The Service by which sidecars find the pods of a program; it has no address of its own. */
export function channelService(program: string): string {
  return `${program}-channel`;
}

/** The arrows that the sidecar of a pod carries. */
export function carriedArrows(graph: Graph, { programs }: Pod): readonly Arrow[] {
  return [...graph.arrows.values()].filter((arrow) => {
    if (isChannel(arrow)) return programs.includes(arrow.to) || programs.includes(arrow.from);
    return isCarried(graph, arrow) && programs.includes(arrow.to);
  });
}

/** Makes the sidecar of a pod: it alone holds a key and sees the network, and can do nothing but carry. */
export function sidecarOf(graph: Graph, pod: Pod, options: SidecarOptions): Sidecar {
  const arrows = carriedArrows(graph, pod);
  const words: string[] = [];
  const bind: number[] = [];
  const connect: number[] = [];
  const identity = (program: string): string => identityOf(options.namespace, podNamed(graph, program));
  for (const arrow of arrows) {
    const port = containerPort(graph, arrow);
    if (isCarried(graph, arrow)) {
      words.push(`0.0.0.0:${port}=${socketOf(arrow)}`);
      bind.push(port);
    } else if (isChannel(arrow) && pod.programs.includes(arrow.to)) {
      words.push('--accept', `0.0.0.0:${port}=${socketOf(arrow)},${identity(arrow.from)}`);
      bind.push(port);
    } else if (isChannel(arrow)) {
      const host = `${channelService(arrow.to)}.${options.namespace}.svc`;
      words.push('--reach', `${socketOf(arrow)}=${host}:${port},${identity(arrow.to)}`);
      connect.push(port);
    }
  }
  const secured = arrows.some(isChannel);
  if (secured) words.push('--certificates', CERTIFICATES);
  return {
    container: {
      name: 'cloudabi-relay',
      image: options.image,
      // It starts before the programs, and ends after them.
      restartPolicy: 'Always',
      command: ['cloudabi-run', 'cloudabi'],
      volumeMounts: [
        { name: 'grants-relay', mountPath: '/cloudabi', readOnly: true },
        ...(secured ? [{ name: 'certificates', mountPath: CERTIFICATES, readOnly: true }] : []),
        ...arrows.map(({ name }) => ({ name: `arrow-${name}`, mountPath: `${ARROWS}/${name}` })),
      ],
    },
    volumes: [
      { name: 'grants-relay', configMap: { name: `${pod.name}-relay-grants` } },
      ...(secured ? [{ name: 'certificates', ...certificateVolume(pod, options) }] : []),
    ],
    grants: grantsOf(
      ['graph', 'carry', ...words],
      [...arrows.map(({ name }) => `${ARROWS}/${name}`)],
      secured,
      {
        // Without a port that may be bound, no socket may listen at all, UNIX ones included.
        bind: bind.length === 0 ? connect : bind,
        connect: connect.length === 0 ? [] : [...new Set(connect), DNS_PORT],
      },
    ),
  };
}

function certificateVolume(pod: Pod, { certificates }: SidecarOptions): JsonObject {
  if (certificates === 'secret') return { secret: { secretName: secretName(pod.name) } };
  return {
    projected: {
      sources: [
        {
          podCertificate: {
            signerName: SIGNER_NAME,
            keyType: 'ECDSAP256',
            credentialBundlePath: CREDENTIALS,
          },
        },
        { clusterTrustBundle: { signerName: SIGNER_NAME, labelSelector: {}, path: TRUST } },
      ],
    },
  };
}

function grantsOf(
  words: readonly string[],
  folders: readonly string[],
  secured: boolean,
  { bind, connect }: { readonly bind: readonly number[]; readonly connect: readonly number[] },
): string {
  const folder = (path: string, rights: string): string =>
    `  ${path}: !file { path: ${path}, rights: [${rights}] }\n`;
  return `!command
base: system
proc: processes
arguments: ${JSON.stringify(words)}
directories:
${secured ? folder(CERTIFICATES, 'read') : ''}${folders.map((path) => folder(path, 'read, write, create, remove')).join('')}network: { mode: host, bind: [${bind.join(', ')}], connect: [${connect.join(', ')}] }
stdout: !fd stdout
stderr: !fd stderr
`;
}
