import type { JsonObject, JsonValue } from '../kubernetes/objects.ts';
import { ChannelAuthority, type KeptRoot } from './authority.ts';
import { type ClusterApi, ClusterApiError, isObject } from './cluster-api.ts';
import { CREDENTIALS, TRUST } from './credentials.ts';
import { ROOTS_SECRET, SECRET_LABEL, SIGNER_NAME, secretName } from './signer-names.ts';

const CERTIFICATES = '/apis/certificates.k8s.io/v1';
const REQUESTS = `${CERTIFICATES}/podcertificaterequests`;

/** Milliseconds between two rounds of what no event asks for: roots, and Secrets that grow old. */
const ROUND = 60_000;

/** Milliseconds until a watch that has failed is tried again. */
const AGAIN = 1_000;

const DAY_SECONDS = 86_400;

/** Options of the signer. */
export type SignerOptions = {
  readonly api: ClusterApi;
  /** The namespace that holds its roots. */
  readonly namespace: string;
  /** True to write Secrets for ServiceAccounts, in place of answering kubelets. */
  readonly secrets: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
};

/** Issues certificates for the channels of a cluster. It believes what the API server says of a pod, and no name in a request. */
export class Signer {
  readonly #options: SignerOptions;
  readonly #authority: ChannelAuthority;
  readonly #answered = new Set<string>();

  private constructor(options: SignerOptions, authority: ChannelAuthority) {
    this.#options = options;
    this.#authority = authority;
  }

  /** Reads the roots, or makes the first one. @throws ClusterApiError */
  static async open(options: SignerOptions): Promise<Signer> {
    const { api, namespace } = options;
    const secret = await api
      .get(`/api/v1/namespaces/${namespace}/secrets/${ROOTS_SECRET}`)
      .catch((error: unknown) => {
        if (error instanceof ClusterApiError && error.status === 404) return undefined;
        throw error;
      });
    const signer = new Signer(options, await ChannelAuthority.open(rootsOf(secret)));
    await signer.#renew();
    return signer;
  }

  /** Serves until the signal. */
  async run(): Promise<void> {
    const { secrets, signal, say } = this.#options;
    const timer = setInterval(() => void this.#round(), ROUND);
    try {
      while (!signal.aborted) {
        try {
          if (secrets) await this.#follow('/api/v1/serviceaccounts', (object) => this.#writeSecret(object));
          else await this.#follow(REQUESTS, (object) => this.#answer(object));
        } catch (error) {
          if (!signal.aborted) say(`The cluster does not answer: ${wordsOf(error)}`);
        }
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    } finally {
      clearInterval(timer);
    }
  }

  /** Does something with each object of a list, and with those that come. */
  async #follow(path: string, act: (object: JsonObject) => Promise<void>): Promise<void> {
    const list = await this.#options.api.get(path);
    for (const item of itemsOf(list)) await this.#tried(act, item);
    const version = textAt(list, 'metadata', 'resourceVersion');
    const watched = `${path}?watch=1&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(version)}`;
    await this.#options.api.watch(
      watched,
      (type, object) => {
        if (type === 'ADDED' || type === 'MODIFIED') void this.#tried(act, object);
      },
      this.#options.signal,
    );
  }

  async #tried(act: (object: JsonObject) => Promise<void>, object: JsonObject): Promise<void> {
    try {
      await act(object);
    } catch (error) {
      const name = `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
      this.#options.say(`${name}: ${wordsOf(error)}`);
    }
  }

  async #round(): Promise<void> {
    try {
      await this.#renew();
      if (!this.#options.secrets) return;
      const list = await this.#options.api.get('/api/v1/serviceaccounts');
      for (const item of itemsOf(list)) await this.#tried((object) => this.#writeSecret(object), item);
    } catch (error) {
      this.#options.say(wordsOf(error));
    }
  }

  /** Keeps a new root before a pod is told of it. */
  async #renew(): Promise<void> {
    const { api, namespace, secrets } = this.#options;
    if (await this.#authority.renew())
      await api.apply(`/api/v1/namespaces/${namespace}/secrets/${ROOTS_SECRET}`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: ROOTS_SECRET, namespace },
        type: 'Opaque',
        data: { roots: base64(JSON.stringify(this.#authority.kept)) },
      });
    if (secrets) return;
    const name = `${SIGNER_NAME.replace('/', ':')}:roots`;
    await api.apply(`${CERTIFICATES}/clustertrustbundles/${name}`, {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'ClusterTrustBundle',
      metadata: { name },
      spec: { signerName: SIGNER_NAME, trustBundle: this.#authority.trust },
    });
  }

  /** Answers a request of a kubelet. The account is that of the pod, which the API server has checked. */
  async #answer(request: JsonObject): Promise<void> {
    const { api, say } = this.#options;
    const spec = objectAt(request, 'spec');
    const uid = textAt(request, 'metadata', 'uid');
    if (spec['signerName'] !== SIGNER_NAME || this.#answered.has(uid)) return;
    const conditions = objectAt(request, 'status')['conditions'];
    if (Array.isArray(conditions) && conditions.length > 0) return;
    this.#answered.add(uid);
    const namespace = textAt(request, 'metadata', 'namespace');
    const account = textAt(spec, 'serviceAccountName');
    const path = `${CERTIFICATES}/namespaces/${namespace}/podcertificaterequests/${textAt(request, 'metadata', 'name')}/status`;
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const seconds = spec['maxExpirationSeconds'];
    try {
      const der = Buffer.from(textAt(spec, 'stubPKCS10Request'), 'base64');
      const life = (typeof seconds === 'number' ? seconds : DAY_SECONDS) * 1000;
      const issued = await this.#authority.issue(new Uint8Array(der), { namespace, account }, life);
      const condition = { type: 'Issued', status: 'True', reason: 'Issued', lastTransitionTime: now };
      await api.merge(path, {
        status: {
          conditions: [{ ...condition, message: `for ${account}` }],
          certificateChain: issued.chain,
          notBefore: timeText(issued.notBefore),
          beginRefreshAt: timeText(issued.refresh),
          notAfter: timeText(issued.notAfter),
        },
      });
      say(`issued to ${namespace}/${account} (pod ${textAt(spec, 'podName')})`);
    } catch (error) {
      this.#answered.delete(uid);
      throw error;
    }
  }

  /** Writes the Secret of a ServiceAccount that asks for one by its label, unless a young one is there. */
  async #writeSecret(account: JsonObject): Promise<void> {
    const { api, say } = this.#options;
    const labels = objectAt(objectAt(account, 'metadata'), 'labels');
    if (labels[SECRET_LABEL] !== 'secret') return;
    const name = textAt(account, 'metadata', 'name');
    const namespace = textAt(account, 'metadata', 'namespace');
    const key = `${namespace}/${name}`;
    const due = this.#due.get(key) ?? 0;
    if (Date.now() < due) return;
    const { credentials, issued } = await this.#authority.make(
      { namespace, account: name },
      DAY_SECONDS * 1000,
    );
    const secret = secretName(name);
    await api.apply(`/api/v1/namespaces/${namespace}/secrets/${secret}`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: secret,
        namespace,
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ServiceAccount', name, uid: textAt(account, 'metadata', 'uid') },
        ],
      },
      type: 'Opaque',
      data: { [CREDENTIALS]: base64(credentials), [TRUST]: base64(this.#authority.trust) },
    });
    this.#due.set(key, issued.refresh.getTime());
    say(`wrote a Secret for ${key}`);
  }

  /** The times at which the Secrets of accounts are to be written again, in milliseconds since 1970. */
  readonly #due = new Map<string, number>();
}

function rootsOf(secret: JsonObject | undefined): readonly KeptRoot[] {
  const data = secret === undefined ? {} : objectAt(secret, 'data');
  const text = typeof data['roots'] === 'string' ? Buffer.from(data['roots'], 'base64').toString() : '[]';
  const roots: JsonValue = JSON.parse(text);
  if (!Array.isArray(roots)) throw new Error(`Secret ${ROOTS_SECRET} holds no list of roots`);
  return roots.map((root) => {
    const { certificate, key } = isObject(root) ? root : {};
    if (typeof certificate !== 'string' || typeof key !== 'string')
      throw new Error(`Secret ${ROOTS_SECRET} holds no list of roots`);
    return { certificate, key };
  });
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function textAt(object: JsonObject, ...keys: readonly string[]): string {
  let at: JsonValue | undefined = object;
  for (const key of keys) at = isObject(at) ? at[key] : undefined;
  return typeof at === 'string' ? at : '';
}

function itemsOf(list: JsonObject): readonly JsonObject[] {
  const { items } = list;
  return Array.isArray(items) ? items.filter(isObject) : [];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function timeText(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
