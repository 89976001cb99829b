import { Mistakes } from '../../resources/mistake.ts';
import type { Arrow, Graph, GraphProgram, PublishedArrow } from '../graph-types.ts';
import { APPLICATION, ARROWS, containerGrants, containerPort, needsSidecar } from './grants-node.ts';
import { type ClusterObject, GRAPH_LABEL, type JsonObject, PROGRAM_LABEL } from './objects.ts';
import { needsOnePod, type Pod, podsOf } from './pods.ts';
import { networkPolicies } from './policies.ts';
import { printNode } from './print-node.ts';

/** Options for manifests. */
export type ManifestOptions = {
  /** `default` by default. */
  readonly namespace?: string;
  /** The image of programs that name none. */
  readonly image?: string;
  /** The image with `cloudabi` that carries connections into pods whose programs have networks of their own. */
  readonly relayImage?: string;
  /** The Gateway that routes belong to; without it, no routes are made. */
  readonly gateway?: string;
};

const RUNTIME_CLASS = 'cloudabi';

/** Seconds for which a pod that is being stopped still serves, until no Service leads to it. */
const DRAIN = 3;

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
    const servers = [...this.#graph.arrows.values()].filter(
      (arrow) => 'to' in arrow && pod.programs.includes(arrow.to) && isServed(arrow),
    );
    return [
      this.object('v1', 'ServiceAccount', pod.name, { automountServiceAccountToken: false }),
      ...maps,
      this.#workload(pod, programs, claims),
      ...programs.flatMap((program) => this.#services(program, servers)),
      ...servers.flatMap((arrow) => (arrow.kind === 'published' ? this.#route(arrow) : [])),
      ...(first.scale === undefined
        ? []
        : [this.#scaler(pod, first, claims.length === 0 ? 'Deployment' : 'StatefulSet')]),
    ];
  }

  #workload(pod: Pod, programs: readonly GraphProgram[], claims: readonly string[]): ClusterObject {
    const [first] = programs;
    const replicas = first?.replicas ?? 1;
    const once = programs.every(({ restart }) => restart !== 'always');
    const labels = this.#labels(pod);
    const template = { metadata: { labels }, spec: this.#podSpec(pod, programs, claims, once) };
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
        serviceName: pod.name,
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
    claims: readonly string[],
    once: boolean,
  ): JsonObject {
    const within = [...this.#graph.arrows.values()].filter((arrow) =>
      arrow.kind === 'connection' || arrow.kind === 'published'
        ? pod.programs.includes(arrow.to) && (needsOnePod(arrow) || needsSidecar(this.#graph, arrow))
        : false,
    );
    const carried = within.filter((arrow) => needsSidecar(this.#graph, arrow));
    const mounts = [
      ...claims.map((mountPath, number) => ({ name: `data-${number}`, mountPath })),
      ...within.map(({ name }) => ({ name: `arrow-${name}`, mountPath: `${ARROWS}/${name}` })),
    ];
    const grace = Math.ceil(Math.max(...programs.map(({ stopWithin }) => stopWithin)) / 1000) + DRAIN;
    return {
      runtimeClassName: RUNTIME_CLASS,
      serviceAccountName: pod.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: grace,
      ...(once && { restartPolicy: 'Never' }),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: this.#labels(pod) },
        },
      ],
      containers: [
        ...programs.map((program) => this.#container(program, mounts, once)),
        ...(carried.length === 0 ? [] : [this.#sidecar(carried)]),
      ],
      volumes: [
        ...programs.map(({ name }) => ({ name: `grants-${name}`, configMap: { name: `${name}-grants` } })),
        ...within.map(({ name }) => ({ name: `arrow-${name}`, emptyDir: {} })),
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
      command: [command],
      volumeMounts: [{ name: `grants-${name}`, mountPath: '/cloudabi', readOnly: true }, ...mounts],
      ...(Object.keys(resources).length > 0 && { resources: { requests: resources, limits: resources } }),
      ...(probe !== undefined && !once && { readinessProbe: probe }),
      ...(!once && { lifecycle: { preStop: { sleep: { seconds: DRAIN } } } }),
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    };
  }

  #probe({ name, ready }: GraphProgram): JsonObject | undefined {
    const port = (arrow: Arrow): number => containerPort(this.#graph, arrow);
    if (ready.kind === 'http') {
      const arrow = this.#graph.arrows.get(ready.arrow);
      return arrow && { httpGet: { path: ready.path, port: port(arrow) }, periodSeconds: 1 };
    }
    const served = [...this.#graph.arrows.values()].find(
      (arrow) => 'to' in arrow && arrow.to === name && isServed(arrow),
    );
    return served && { tcpSocket: { port: port(served) }, periodSeconds: 1 };
  }

  /** Carries connections from ports of the pod to UNIX sockets of its programs, and can do nothing else. */
  #sidecar(arrows: readonly Arrow[]): JsonObject {
    const { relayImage } = this.#options;
    const [first] = arrows;
    if (relayImage === undefined)
      this.#mistakes.add(
        `Arrow '${first?.name}' leads to a program with a network of its own, which a sidecar has to carry connections to: give --relay-image, an image with cloudabi`,
        first?.position,
      );
    return {
      name: 'cloudabi-relay',
      image: relayImage ?? '',
      command: ['cloudabi', 'graph', 'carry'],
      args: arrows.map(
        (arrow) => `0.0.0.0:${containerPort(this.#graph, arrow)}=${ARROWS}/${arrow.name}/socket`,
      ),
      volumeMounts: arrows.map(({ name }) => ({ name: `arrow-${name}`, mountPath: `${ARROWS}/${name}` })),
      lifecycle: { preStop: { sleep: { seconds: DRAIN } } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    };
  }

  #services({ name }: GraphProgram, servers: readonly Arrow[]): readonly ClusterObject[] {
    const ports = servers.flatMap((arrow) =>
      'to' in arrow && arrow.to === name && 'port' in arrow
        ? [
            {
              name: arrow.name.slice(0, 15).replace(/-+$/, ''),
              port: arrow.port === 0 ? 80 : arrow.port,
              targetPort: containerPort(this.#graph, arrow),
              protocol: 'TCP',
            },
          ]
        : [],
    );
    if (ports.length === 0) return [];
    const selector = { [GRAPH_LABEL]: this.#graph.name, [`${PROGRAM_LABEL}${name}`]: 'true' };
    return [this.object('v1', 'Service', name, { spec: { selector, ports } })];
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
