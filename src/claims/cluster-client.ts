import { Readable, Writable } from 'node:stream';
import type { KubernetesObject, V1ContainerStatus } from '@kubernetes/client-node';
import { loadClusterClient, openKubeConfig } from '../graph/kubernetes/apply.ts';
import type { ClaimApi, ClaimCluster, PodState } from './claim-cluster.ts';
import { type ClaimPlace, SANDBOX_VERSION } from './claim-pod.ts';

/**
 * Connects to the cluster that `kubectl` would take.
 *
 * @param place The namespace (`default`), the image of programs, the image of helpers (the same), and the RuntimeClass
 *   (`cloudabi`).
 * @throws MissingClientError when `@kubernetes/client-node` is not installed.
 */
export async function openClaimCluster(
  place: Pick<ClaimPlace, 'image'> & Partial<ClaimPlace>,
): Promise<ClaimCluster> {
  const { image, namespace = 'default', helperImage = image, runtimeClass = 'cloudabi' } = place;
  return { api: await claimApi(namespace), place: { image, namespace, helperImage, runtimeClass } };
}

async function claimApi(namespace: string): Promise<ClaimApi> {
  const [client, config] = await Promise.all([loadClusterClient(), openKubeConfig()]);
  const objects = client.KubernetesObjectApi.makeApiClient(config);
  const core = config.makeApiClient(client.CoreV1Api);
  const notFound = (error: unknown): boolean =>
    error instanceof Error && 'code' in error && error.code === 404;
  const collect = (): { readonly stream: Writable; readonly parts: Buffer[] } => {
    const parts: Buffer[] = [];
    const stream = new Writable({
      write: (part: Buffer, _encoding, done) => {
        parts.push(part);
        done();
      },
    });
    return { stream, parts };
  };
  return {
    hasSandboxes: async () => {
      try {
        const apis = config.makeApiClient(client.CustomObjectsApi);
        const [group = '', version = ''] = SANDBOX_VERSION.split('/');
        await apis.listNamespacedCustomObject({ group, version, namespace, plural: 'sandboxes', limit: 1 });
        return true;
      } catch (error) {
        if (notFound(error)) return false;
        throw error;
      }
    },
    create: async (object) => {
      await objects.create(structuredClone<KubernetesObject>(object));
    },
    remove: async (object) => {
      const { apiVersion, kind, metadata } = object;
      try {
        await objects.delete(
          { apiVersion, kind, metadata: structuredClone(metadata) },
          undefined,
          undefined,
          0,
        );
      } catch (error) {
        if (!notFound(error)) throw error;
      }
    },
    pod: async (name) => {
      try {
        const { status } = await core.readNamespacedPod({ name, namespace });
        return stateOf(
          status?.phase,
          status?.reason,
          status?.initContainerStatuses ?? [],
          status?.containerStatuses ?? [],
        );
      } catch (error) {
        if (notFound(error)) return undefined;
        throw error;
      }
    },
    run: async (pod, container, words, input) => {
      const [output, errors] = [collect(), collect()];
      const given = input.length === 0 ? null : Readable.from([Buffer.from(input)]);
      await new Promise<void>((resolve, reject) => {
        new client.Exec(config)
          .exec(
            namespace,
            pod,
            container,
            [...words],
            output.stream,
            errors.stream,
            given,
            false,
            (status) => {
              const told = Buffer.concat(errors.parts).toString().trim();
              if (status.status === 'Success') resolve();
              else reject(new Error(told === '' ? (status.message ?? 'the command failed') : told));
            },
          )
          .catch(reject);
      });
      return Buffer.concat(output.parts);
    },
    attach: async (pod, input) => {
      const nothing = collect();
      const socket = await new client.Attach(config).attach(
        namespace,
        pod,
        'program',
        nothing.stream,
        null,
        input,
        false,
      );
      // The channel has no word for the end of a stream: its close is one, as the container takes input once.
      input.once('end', () => socket.close());
    },
    follow: async (pod, output) => {
      await new client.Log(config).log(namespace, pod, 'program', output, { follow: true });
      await new Promise((resolve) => output.once('finish', resolve));
    },
  };
}

function stateOf(
  phase = '',
  reason = '',
  first: readonly V1ContainerStatus[],
  containers: readonly V1ContainerStatus[],
): PodState {
  const all = [...first, ...containers];
  const ended = containers.find(({ name }) => name === 'program')?.state?.terminated;
  return {
    phase,
    reason,
    running: all.flatMap(({ name, state }) => (state?.running === undefined ? [] : [name])),
    ended: ended && { code: ended.exitCode, reason: ended.reason ?? '' },
    waiting: all.map(({ state }) => state?.waiting?.reason ?? '').find((text) => text !== '') ?? '',
  };
}
