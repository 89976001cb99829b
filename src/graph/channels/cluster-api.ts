import { request } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { JsonObject, JsonValue } from '../kubernetes/objects.ts';

/** An answer of an API server that is no success. */
export class ClusterApiError extends Error {
  override readonly name = 'ClusterApiError';
  /** The status of HTTP. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The largest answer that is read, in bytes. */
const LARGEST = 64 * 2 ** 20;

/** Calls of an API server whose kinds the client library has no functions for, such as those on `status`. */
export class ClusterApi {
  readonly #config: KubeConfig;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  get(path: string): Promise<JsonObject> {
    return this.#call('GET', path);
  }

  /** Changes an object by a merge patch (RFC 7386). */
  merge(path: string, body: JsonObject): Promise<JsonObject> {
    return this.#call('PATCH', path, body, 'application/merge-patch+json');
  }

  /** Makes or changes an object on the server's side, as the owner of these fields. */
  apply(path: string, body: JsonObject): Promise<JsonObject> {
    const owner = 'fieldManager=cloudabi-signer&force=true';
    return this.#call('PATCH', `${path}?${owner}`, body, 'application/apply-patch+yaml');
  }

  /**
   * Watches a list, until the server ends the answer (it does so now and then) or it is stopped.
   *
   * @param onEvent Gets each event: its type, and the object.
   */
  async watch(
    path: string,
    onEvent: (type: JsonValue, object: JsonObject) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#send('GET', path, undefined, undefined, signal);
    let rest = '';
    try {
      for await (const chunk of answer) {
        rest += String(chunk);
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > LARGEST) throw new ClusterApiError(0, 'An event of the cluster has no end');
        for (const line of lines) {
          const { type, object } = parseObject(line);
          if (type !== undefined && isObject(object)) onEvent(type, object);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #call(method: string, path: string, body?: JsonObject, type?: string): Promise<JsonObject> {
    const answer = await this.#send(method, path, body, type);
    return parseObject(await textOf(answer));
  }

  async #send(
    method: string,
    path: string,
    body?: JsonObject,
    type = 'application/json',
    signal?: AbortSignal,
  ): Promise<import('node:http').IncomingMessage> {
    const server = this.#config.getCurrentCluster()?.server ?? '';
    const options = { method, ...(signal && { signal }), headers: body ? { 'content-type': type } : {} };
    await this.#config.applyToHTTPSOptions(options);
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      const sent = request(`${server}${path}`, options, resolve);
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    const { message } = parseObject(await textOf(answer));
    throw new ClusterApiError(statusCode, typeof message === 'string' ? message : `Status ${statusCode}`);
  }
}

async function textOf(answer: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of answer) {
    text += String(chunk);
    if (text.length > LARGEST) throw new ClusterApiError(0, 'An answer of the cluster is too large');
  }
  return text;
}

/** Tells whether a value is an object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
