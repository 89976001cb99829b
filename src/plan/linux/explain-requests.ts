import { MAX_UNIX_PATH } from '../../host/sockets/socket-setup.ts';
import type { Placement } from '../../requests/credential.ts';
import type { SecretSource } from '../../requests/secret.ts';
import type { CredentialGrant, RequestGrant } from '../../resources/request-grant.ts';
import { printable } from '../../text/printable.ts';
import { formatDuration, formatSize } from '../../text/units.ts';
import type { Enforcement } from '../plan-types.ts';
import { Wall } from '../wall-names.ts';

/** The limits on the requests of a rule; the process that holds requests enforces each. */
export function requestLimits({ rule, credential }: RequestGrant): readonly Enforcement[] {
  const { methods, paths, headers, without, maximumBody, rate } = rule;
  const limits = [
    'No request for another host than the name of the rule',
    ...(methods ? [`No methods but ${methods.join(', ')}`] : []),
    ...(paths ? [`No paths but ${paths.join(', ')}`] : []),
    ...(headers ? [`Its headers ${headers.map(([name]) => name).join(', ')} are set for it`] : []),
    ...(without ? [`Without the headers ${without.join(', ')}`] : []),
    ...(maximumBody === undefined ? [] : [`No body of more than ${formatSize(maximumBody)}`]),
    ...(rate ? [`At most ${rate.count} requests in ${formatDuration(rate.within)}`] : []),
    ...(credential ? ['It does not see the secret, not in answers either'] : []),
  ];
  return limits.map((limit) => ({ limit, by: [Wall.requests] }));
}

/** The facts about the requests of a rule that limit nothing. */
export function requestNotes({ credential, at, upstream }: RequestGrant): readonly string[] {
  return [
    ...(credential ? [describeCredential(credential)] : []),
    at === undefined
      ? 'Its clients of TLS trust an authority that is made for the run and vouches for this name alone.'
      : `It is served without TLS at ${typeof at === 'number' ? `127.0.0.1:${at}` : printable(at, MAX_UNIX_PATH)} of the program.`,
    ...(upstream === 'plain' ? ['Requests go out without TLS.'] : []),
  ];
}

function describeCredential({ from, placement, variable }: CredentialGrant): string {
  const seen = variable === undefined ? '' : `; the program sees a placeholder in ${variable}`;
  return `The secret ${sourceOf(from)} goes out ${placeOf(placement)}${seen}.`;
}

/** Says where a secret comes from. */
export function sourceOf(from: SecretSource): string {
  switch (from.kind) {
    case 'environment':
      return `in this environment's ${from.name}`;
    case 'file':
      return `in ${from.path}`;
    case 'command':
      return `that '${from.words.join(' ')}' prints`;
  }
}

function placeOf(placement: Placement): string {
  switch (placement.kind) {
    case 'bearer':
      return 'as a bearer token';
    case 'basic':
      return `as the password of ${placement.user}`;
    case 'header':
      return `as the header ${placement.name}`;
    case 'query':
      return `as the parameter ${placement.name}`;
  }
}
