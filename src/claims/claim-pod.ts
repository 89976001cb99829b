import type { ClusterObject, JsonObject } from '../graph/kubernetes/objects.ts';
import { printNode } from '../graph/kubernetes/print-node.ts';
import { parseText } from '../resources/document.ts';
import { placeGrants } from './place-grants.ts';

/** The folder of a claim in its pod. */
export const WORK = '/work';

/** The folder by which our containers tell one another when to go on. The program does not have it. */
export const CONTROL = '/control';

/** The label of everything that belongs to a claim. */
export const CLAIM_LABEL = 'cloudabi.dev/claim';

/** The API group of agent-sandbox, and its version. */
export const SANDBOX_VERSION = 'agents.x-k8s.io/v1alpha1';

/** The user of all containers. */
const USER = 65532;

/** Parts of a pod that the cluster brings. */
export type ClaimPlace = {
  readonly namespace: string;
  /** The image of the program. */
  readonly image: string;
  /** An image with `sh`, `cat`, `head`, `mkdir` and `sleep`, which carries files. */
  readonly helperImage: string;
  readonly runtimeClass: string;
};

/** A claim as its pod is made of it. */
export type ClaimedPod = {
  readonly name: string;
  readonly program: string;
  readonly grants: string;
  readonly timeLimit: number | undefined;
  readonly memory: number | undefined;
};

const HELD: JsonObject = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/**
 * Makes the objects of a claim: its grants, the policy that denies its pod all traffic, and the one that runs it. A pure
 * function.
 *
 * @param sandbox True on a cluster with the resource `Sandbox` of agent-sandbox.
 * @throws ConfigurationError when the grants are no YAML document.
 */
export function claimObjects(
  claim: ClaimedPod,
  place: ClaimPlace,
  sandbox: boolean,
): readonly [grants: ClusterObject, policy: ClusterObject, runs: ClusterObject] {
  const { name } = claim;
  const labels = { [CLAIM_LABEL]: name };
  const metadata = { name, namespace: place.namespace, labels };
  const spec = podSpec(claim, place);
  const grants = printNode(placeGrants(parseText(claim.grants, 'the grants'), WORK));
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'grants.yaml': grants } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'] },
    },
    sandbox
      ? {
          apiVersion: SANDBOX_VERSION,
          kind: 'Sandbox',
          metadata,
          spec: { podTemplate: { metadata: { labels }, spec } },
        }
      : { apiVersion: 'v1', kind: 'Pod', metadata, spec },
  ];
}

function podSpec(
  { name, program, timeLimit, memory }: ClaimedPod,
  { image, helperImage, runtimeClass }: ClaimPlace,
): JsonObject {
  const work = { name: 'work', mountPath: WORK };
  const helper = (container: string, until: string): JsonObject => ({
    name: container,
    image: helperImage,
    command: ['/bin/sh', '-c', `until [ -e ${CONTROL}/${until} ]; do sleep 0.1; done`],
    volumeMounts: [work, { name: 'control', mountPath: CONTROL }],
    securityContext: HELD,
  });
  return {
    runtimeClassName: runtimeClass,
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    ...(timeLimit !== undefined && { activeDeadlineSeconds: Math.max(1, Math.ceil(timeLimit / 1000)) }),
    securityContext: { runAsUser: USER, runAsGroup: USER, runAsNonRoot: true, fsGroup: USER },
    // The first waits until the files are there, the other keeps them when the program has ended.
    initContainers: [helper('files', 'go')],
    containers: [
      {
        name: 'program',
        image,
        command: ['cloudabi-run', placeOfProgram(program)],
        stdin: true,
        stdinOnce: true,
        volumeMounts: [{ name: 'grants', mountPath: '/cloudabi', readOnly: true }, work],
        ...(memory !== undefined && {
          resources: { requests: { memory: `${memory}` }, limits: { memory: `${memory}` } },
        }),
        securityContext: HELD,
      },
      helper('keeper', 'over'),
    ],
    volumes: [
      { name: 'grants', configMap: { name } },
      { name: 'work', emptyDir: {} },
      { name: 'control', emptyDir: {} },
    ],
  };
}

/** A path of the claim's folder; an absolute one, and a name without a slash and an ending, are those of the image. */
function placeOfProgram(program: string): string {
  return program.startsWith('/') || !/[./]/.test(program)
    ? program
    : `${WORK}/${program.replace(/^\.\//, '')}`;
}
