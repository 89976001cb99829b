import { isServiceErrorCode, ServiceError } from './service-error.ts';
import { mapOfWire, type Wire } from './wire.ts';

/*
 * The values of messages. A request is `{call: NAME, arguments: {…}}`, and its answer `{result: …}` or
 * `{error: CODE, message: TEXT}`. A channel answers its requests one after the other, in their order.
 */

/** A request as it was sent. */
export type ServiceRequest = { readonly call: string; readonly given: Wire };

/** @throws ServiceError `EBADMSG` for a value that is no request. */
export function readServiceRequest(value: Wire): ServiceRequest {
  const map = mapOfWire(value);
  const call = map?.get('call');
  const given = map?.get('arguments') ?? new Map();
  const extra = [...(map?.keys() ?? [])].some((key) => key !== 'call' && key !== 'arguments');
  if (typeof call !== 'string' || extra)
    throw new ServiceError('EBADMSG', "A request is a map with 'call', a text, and 'arguments', a map");
  return { call, given };
}

/** Writes a request. */
export function writeServiceRequest(call: string, given: Wire): Wire {
  return new Map<Wire, Wire>([
    ['call', call],
    ['arguments', given],
  ]);
}

/** Writes an answer. */
export function writeResult(result: Wire): Wire {
  return new Map<Wire, Wire>([['result', result]]);
}

/** Writes the answer to a request that failed. */
export function writeFailure({ code, message }: ServiceError): Wire {
  return new Map<Wire, Wire>([
    ['error', code],
    ['message', message],
  ]);
}

/**
 * Reads an answer.
 *
 * @throws ServiceError as the service has said; `EBADMSG` for a value that is no answer.
 */
export function readServiceAnswer(value: Wire): Wire {
  const map = mapOfWire(value);
  if (map?.size === 1 && map.has('result')) return map.get('result') ?? null;
  const code = map?.get('error');
  const message = map?.get('message');
  if (isServiceErrorCode(code) && typeof message === 'string') throw new ServiceError(code, message);
  throw new ServiceError('EBADMSG', 'The answer of the service cannot be understood');
}
