import type { ClusterObject, JsonObject } from '../kubernetes/objects.ts';
import { ROOTS_SECRET, SIGNER_NAME } from './signer-names.ts';

/** Options for the objects of the signer. */
export type SignerManifestOptions = {
  readonly namespace: string;
  /** The image with `cloudabi` and the client of Kubernetes. */
  readonly image: string;
  /** True for clusters whose kubelets make no certificates. */
  readonly secrets: boolean;
};

const NAME = 'cloudabi-signer';

/** Makes the objects by which a cluster has a signer: one pod, which may do what it must. */
export function signerManifests(options: SignerManifestOptions): readonly ClusterObject[] {
  const { namespace, image, secrets } = options;
  const object = (apiVersion: string, kind: string, name: string, rest: JsonObject): ClusterObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    ...rest,
  });
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace }];
  const role = (kind: string): JsonObject => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: NAME });
  const rbac = 'rbac.authorization.k8s.io/v1';
  const labels = { app: NAME };
  return [
    object('v1', 'Namespace', namespace, {}),
    object('v1', 'ServiceAccount', NAME, {}),
    object(rbac, 'ClusterRole', NAME, { rules: secrets ? secretRules : requestRules }),
    object(rbac, 'ClusterRoleBinding', NAME, { roleRef: role('ClusterRole'), subjects }),
    object(rbac, 'Role', NAME, {
      rules: [
        { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: [ROOTS_SECRET],
          verbs: ['get', 'patch'],
        },
      ],
    }),
    object(rbac, 'RoleBinding', NAME, { roleRef: role('Role'), subjects }),
    object('apps/v1', 'Deployment', NAME, {
      spec: {
        // Two would each make a first root.
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            runtimeClassName: 'cloudabi',
            serviceAccountName: NAME,
            enableServiceLinks: false,
            securityContext: { runAsUser: 65532, runAsGroup: 65532, runAsNonRoot: true },
            containers: [
              {
                name: 'signer',
                image,
                command: [
                  'cloudabi',
                  'graph',
                  'signer',
                  '--namespace',
                  namespace,
                  ...(secrets ? ['--secrets'] : []),
                ],
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
              },
            ],
          },
        },
      },
    }),
  ];
}

const certificates = ['certificates.k8s.io'];

const requestRules: readonly JsonObject[] = [
  { apiGroups: certificates, resources: ['podcertificaterequests'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: certificates, resources: ['podcertificaterequests/status'], verbs: ['patch', 'update'] },
  { apiGroups: certificates, resources: ['clustertrustbundles'], verbs: ['create', 'get', 'patch'] },
  {
    apiGroups: certificates,
    resources: ['signers'],
    resourceNames: [SIGNER_NAME],
    verbs: ['sign', 'attest'],
  },
];

const secretRules: readonly JsonObject[] = [
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'patch'] },
];
