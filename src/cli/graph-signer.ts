import { ClusterApi, ClusterApiError } from '../graph/channels/cluster-api.ts';
import { Signer, type SignerOptions } from '../graph/channels/signer.ts';
import { signerManifests } from '../graph/channels/signer-manifests.ts';
import { openKubeConfig } from '../graph/kubernetes/apply.ts';
import { printManifests } from '../graph/kubernetes/print-manifests.ts';
import { UsageError } from './options.ts';
import { print } from './output.ts';

/** Options of `cloudabi graph signer`. */
export type SignerCommandOptions = {
  readonly namespace: string;
  readonly secrets?: true;
  readonly manifests?: true;
  readonly relayImage?: string;
};

/**
 * Serves as the signer of a cluster until a signal comes, or prints the objects by which a cluster has one.
 *
 * @throws UsageError, MissingClientError
 */
export async function runSigner(options: SignerCommandOptions): Promise<void> {
  const { namespace, manifests, relayImage } = options;
  const secrets = options.secrets ?? false;
  if (manifests) {
    if (relayImage === undefined)
      throw new UsageError(
        '--manifests needs --relay-image, an image with cloudabi and @kubernetes/client-node',
      );
    print(printManifests(signerManifests({ namespace, image: relayImage, secrets })));
    return;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const api = new ClusterApi(await openKubeConfig());
  const say = (line: string): void => print(`${line}\n`);
  const signer = await openSigner({ api, namespace, secrets, say, signal: stop.signal });
  say(`signs for ${secrets ? 'ServiceAccounts' : 'pods'}`);
  await signer.run();
}

/** Milliseconds until a cluster that does not answer is tried again. */
const AGAIN = 1_000;

/** Opens the signer as soon as the cluster answers. @throws ClusterApiError for an answer that says no */
async function openSigner(options: SignerOptions): Promise<Signer> {
  for (;;) {
    try {
      return await Signer.open(options);
    } catch (error) {
      if (error instanceof ClusterApiError || options.signal.aborted) throw error;
      options.say(`The cluster does not answer: ${error instanceof Error ? error.message : String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}
