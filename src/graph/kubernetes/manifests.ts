import { Mistakes } from '../../resources/mistake.ts';
import { SECRET_LABEL } from '../channels/signer-names.ts';
import { endsOf } from '../check-arrows.ts';
import type { Arrow, Graph, GraphProgram, PublishedArrow } from '../graph-types.ts';
import { APPLICATION } from './application.ts';
import { ARROWS, containerGrants, containerPort, isChannel } from './grants-node.ts';
import { type ClusterObject, GRAPH_LABEL, type JsonObject, PROGRAM_LABEL } from './objects.ts';
import { offeredChannels, serversFirst } from './offered-channels.ts';
import { needsOnePod, type Pod, podsOf } from './pods.ts';
import { networkPolicies } from './policies.ts';
import { printNode } from './print-node.ts';
import { carriedArrows, channelService, type Sidecar, sidecarOf } from './sidecar.ts';

/** Options for manifests. */
export type ManifestOptions = {
  /** `default` by default. */
  readonly namespace?: string;
  /** The image of programs that name none. */
  readonly image?: string;
  /** The image with `cloudabi` whose sidecars carry connections between pods. */
  readonly relayImage?: string;
  /** The makers of certificates: kubelets (`pod`, by default; Kubernetes 1.37), or the signer, which writes Secrets. */
  readonly certificates?: 'pod' | 'secret';
  /** The Gateway that routes belong to; without it, no routes are made. */
  readonly gateway?: string;
};

const RUNTIME_CLASS = 'cloudabi';

/** Seconds for which a pod that is being stopped still serves, until no Service leads to it. */
const DRAIN = 3;

/** The user of all programs: an image's own would have to be one that can make namespaces. */
const USER = 65532;

/** The context of every container. */
const HELD: JsonObject = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Parts of a pod that its programs bring. */
type PodParts = { readonly claims: readonly string[]; readonly sidecar: Sidecar | undefined };

/** The size of a claim: a document says nothing about it. */
const CLAIM_SIZE = '1Gi';

/**
 * Makes the objects by which Kubernetes runs a graph. A pure function: the same graph gives the same objects.
 *
 * @throws ConfigurationError for parts that Kubernetes cannot carry, each with its place.
 */
export function manifestsOf(graph: Graph, options: ManifestOptions = {}): readonly ClusterObject[] {
  const mistakes = new Mistakes();
  const maker = new ManifestMaker(graph, options, mistakes);
  const manifests = podsOf(graph).flatMap((pod) => maker.pod(pod));
  const all = [
    ...manifests,
    ...networkPolicies(graph, (name, spec) =>
      maker.object('networking.k8s.io/v1', 'NetworkPolicy', name, spec),
    ),
  ];
  mistakes.throwIfAny();
  return all;
}

class ManifestMaker {
  readonly #graph: Graph;
  readonly #options: ManifestOptions;
  readonly #mistakes: Mistakes;

  constructor(graph: Graph, options: ManifestOptions, mistakes: Mistakes) {
    this.#graph = graph;
    this.#options = options;
    this.#mistakes = mistakes;
  }

  object(apiVersion: string, kind: string, name: string, rest: JsonObject): ClusterObject {
    const { namespace = 'default' } = this.#options;
    const labels = { [GRAPH_LABEL]: this.#graph.name };
    return { apiVersion, kind, metadata: { name, namespace, labels }, ...rest };
  }

  /** The objects of a pod: its account, grants, claims, services, and the one that keeps it running. */
  pod(pod: Pod): readonly ClusterObject[] {
    const programs = pod.programs.flatMap((name) => this.#graph.programs.get(name) ?? []);
    const [first] = programs;
    if (first === undefined) return [];
    const parts = programs.map((program) => ({
      program,
      ...containerGrants(this.#graph, program, this.#mistakes),
    }));
    const claims = [...new Set(parts.flatMap((part) => part.claims))];
    const maps = parts.map(({ program, node }) =>
      this.object('v1', 'ConfigMap', `${program.name}-grants`, {
        data: { 'grants.yaml': node === undefined ? 'null\n' : printNode(node) },
      }),
    );
    const sidecar = this.#sidecar(pod);
    const servers = [...this.#graph.arrows.values()].filter(
      (arrow) => 'to' in arrow && pod.programs.includes(arrow.to) && isServed(arrow),
    );
    return [
      this.#account(pod),
      ...maps,
      ...(sidecar === undefined
        ? []
        : [
            this.object('v1', 'ConfigMap', `${pod.name}-relay-grants`, {
              data: { 'grants.yaml': sidecar.grants },
            }),
          ]),
      // Before the pods: their sidecars look for servers at once.
      ...programs.flatMap((program) => this.#services(program, servers)),
      this.#workload(pod, programs, { claims, sidecar }),
      ...servers.flatMap((arrow) => (arrow.kind === 'published' ? this.#route(arrow) : [])),
      ...(first.scale === undefined
        ? []
        : [this.#scaler(pod, first, claims.length === 0 ? 'Deployment' : 'StatefulSet')]),
    ];
  }

  #account(pod: Pod): ClusterObject {
    const made = this.object('v1', 'ServiceAccount', pod.name, { automountServiceAccountToken: false });
    if (this.#options.certificates !== 'secret') return made;
    const labels = { [GRAPH_LABEL]: this.#graph.name, [SECRET_LABEL]: 'secret' };
    return { ...made, metadata: { ...made.metadata, labels } };
  }

  #workload(pod: Pod, programs: readonly GraphProgram[], parts: PodParts): ClusterObject {
    const { claims } = parts;
    const [first] = programs;
    const replicas = first?.replicas ?? 1;
    const once = programs.every(({ restart }) => restart !== 'always');
    const labels = this.#labels(pod);
    const template = { metadata: { labels }, spec: this.#podSpec(pod, programs, parts, once) };
    if (once)
      return this.object('batch/v1', 'Job', pod.name, {
        spec: { backoffLimit: programs.some(({ restart }) => restart === 'on_failure') ? 6 : 0, template },
      });
    const selector = { matchLabels: labels };
    if (claims.length === 0)
      return this.object('apps/v1', 'Deployment', pod.name, {
        spec: {
          // With an autoscaler, the number is its own.
          ...(first?.scale === undefined && { replicas }),
          selector,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template,
        },
      });
    return this.object('apps/v1', 'StatefulSet', pod.name, {
      spec: {
        replicas,
        serviceName: channelService(pod.name),
        podManagementPolicy: 'Parallel',
        selector,
        template,
        volumeClaimTemplates: claims.map((_, number) => ({
          metadata: { name: `data-${number}` },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: CLAIM_SIZE } } },
        })),
      },
    });
  }

  /** A label for each program: policies and services choose pods by programs, of which several may share one. */
  #labels({ programs }: Pod): JsonObject {
    return {
      [GRAPH_LABEL]: this.#graph.name,
      ...Object.fromEntries(programs.map((name) => [`${PROGRAM_LABEL}${name}`, 'true'])),
    };
  }

  #podSpec(
    pod: Pod,
    programs: readonly GraphProgram[],
    { claims, sidecar }: PodParts,
    once: boolean,
  ): JsonObject {
    const shared = [...this.#graph.arrows.values()].filter(
      (arrow) => arrow.kind === 'connection' && needsOnePod(arrow) && pod.programs.includes(arrow.to),
    );
    const within = [...new Set([...shared, ...carriedArrows(this.#graph, pod)])];
    const channels = offeredChannels(this.#graph, pod);
    const mounts = (program: string): readonly JsonObject[] => [
      ...claims.map((mountPath, number) => ({ name: `data-${number}`, mountPath })),
      ...within
        .filter((arrow) => endsOf(arrow).includes(program))
        .map(({ name }) => ({ name: `arrow-${name}`, mountPath: `${ARROWS}/${name}` })),
      ...channels
        .filter(({ ends }) => ends.includes(program))
        .map(({ volume, path }) => ({ name: volume, mountPath: path })),
    ];
    const grace = Math.ceil(Math.max(...programs.map(({ stopWithin }) => stopWithin)) / 1000) + DRAIN;
    return {
      runtimeClassName: RUNTIME_CLASS,
      serviceAccountName: pod.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: grace,
      ...(once && { restartPolicy: 'Never' }),
      securityContext: { runAsUser: USER, runAsGroup: USER, runAsNonRoot: true, fsGroup: USER },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: this.#labels(pod) },
        },
      ],
      ...(sidecar !== undefined && { initContainers: [{ ...sidecar.container, securityContext: HELD }] }),
      containers: serversFirst(this.#graph, programs).map((program) =>
        this.#container(program, mounts(program.name), once),
      ),
      volumes: [
        ...(sidecar?.volumes ?? []),
        ...programs.map(({ name }) => ({ name: `grants-${name}`, configMap: { name: `${name}-grants` } })),
        ...within.map(({ name }) => ({ name: `arrow-${name}`, emptyDir: {} })),
        ...channels.map(({ volume }) => ({ name: volume, emptyDir: {} })),
      ],
    };
  }

  #container(program: GraphProgram, mounts: readonly JsonObject[], once: boolean): JsonObject {
    const { name, path, written, position, limits, image = this.#options.image } = program;
    if (image === undefined)
      this.#mistakes.add(
        `Program '${name}' has no image for Kubernetes: give it the key 'image', or give --image`,
        position,
      );
    const command =
      path.startsWith('/') && !written.startsWith('/')
        ? `${APPLICATION}/${written.replace(/^\.\//, '')}`
        : written;
    const probe = this.#probe(program);
    const resources = {
      ...(limits.memory !== undefined && { memory: `${limits.memory}` }),
      ...(limits.cpus !== undefined && { cpu: `${Math.round(limits.cpus * 1000)}m` }),
    };
    return {
      name,
      image: image ?? '',
      command: ['cloudabi-run', command],
      volumeMounts: [{ name: `grants-${name}`, mountPath: '/cloudabi', readOnly: true }, ...mounts],
      ...(Object.keys(resources).length > 0 && { resources: { requests: resources, limits: resources } }),
      ...(probe !== undefined && !once && { readinessProbe: probe }),
      ...(!once && { lifecycle: { preStop: { sleep: { seconds: DRAIN } } } }),
      securityContext: HELD,
    };
  }

  #probe({ name, ready }: GraphProgram): JsonObject | undefined {
    const port = (arrow: Arrow): number => containerPort(this.#graph, arrow);
    const asked = ready.kind === 'http' ? this.#graph.arrows.get(ready.arrow) : undefined;
    // A channel is spoken to by its peers alone: its port is open as soon as the program listens.
    if (ready.kind === 'http' && asked?.kind === 'published')
      return { httpGet: { path: ready.path, port: port(asked) }, periodSeconds: 1 };
    const served = [...this.#graph.arrows.values()].find(
      (arrow) => 'to' in arrow && arrow.to === name && isServed(arrow),
    );
    return served && { tcpSocket: { port: port(served) }, periodSeconds: 1 };
  }

  #sidecar(pod: Pod): Sidecar | undefined {
    const { relayImage, namespace = 'default', certificates = 'pod' } = this.#options;
    const [first] = carriedArrows(this.#graph, pod);
    if (first === undefined) return undefined;
    if (relayImage === undefined)
      this.#mistakes.add(
        `Arrow '${first.name}' is carried by a sidecar: give --relay-image, an image with cloudabi`,
        first.position,
      );
    return sidecarOf(this.#graph, pod, { namespace, image: relayImage ?? '', certificates });
  }

  /** A Service for published arrows, and one without an address by which sidecars find each pod. */
  #services({ name }: GraphProgram, servers: readonly Arrow[]): readonly ClusterObject[] {
    const own = servers.filter((arrow) => 'to' in arrow && arrow.to === name);
    const selector = { [GRAPH_LABEL]: this.#graph.name, [`${PROGRAM_LABEL}${name}`]: 'true' };
    const port = (arrow: Arrow, number: number): JsonObject => ({
      name: arrow.name.slice(0, 15).replace(/-+$/, ''),
      port: number,
      targetPort: containerPort(this.#graph, arrow),
      protocol: 'TCP',
    });
    const published = own.flatMap((arrow) =>
      arrow.kind === 'published' ? [port(arrow, arrow.port === 0 ? 80 : arrow.port)] : [],
    );
    const channels = own.filter(isChannel).map((arrow) => port(arrow, containerPort(this.#graph, arrow)));
    return [
      ...(published.length === 0
        ? []
        : [this.object('v1', 'Service', name, { spec: { selector, ports: published } })]),
      ...(channels.length === 0
        ? []
        : [
            this.object('v1', 'Service', channelService(name), {
              spec: { clusterIP: 'None', selector, ports: channels },
            }),
          ]),
    ];
  }

  #route(arrow: PublishedArrow): readonly ClusterObject[] {
    const { gateway } = this.#options;
    if (gateway === undefined) return [];
    const port = arrow.port === 0 ? 80 : arrow.port;
    return [
      this.object('gateway.networking.k8s.io/v1', 'HTTPRoute', arrow.name, {
        spec: {
          parentRefs: [{ name: gateway }],
          ...(arrow.host !== undefined && { hostnames: [arrow.host] }),
          rules: [{ backendRefs: [{ name: arrow.to, port }] }],
        },
      }),
    ];
  }

  #scaler(pod: Pod, { replicas, scale }: GraphProgram, kind: string): ClusterObject {
    const { most, cpu } = scale ?? { most: replicas, cpu: 80 };
    return this.object('autoscaling/v2', 'HorizontalPodAutoscaler', pod.name, {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind, name: pod.name },
        minReplicas: Math.max(1, replicas),
        maxReplicas: Math.max(most, replicas),
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
          },
        ],
      },
    });
  }
}

/** Tells whether an arrow comes into the pod of its server by a port. */
export function isServed(arrow: Arrow): boolean {
  return arrow.kind === 'published' || (arrow.kind === 'connection' && arrow.socket === undefined);
}
