import { ShapeError } from './shape-error.ts';

/** Codes of errors that a service answers with; those of CloudABI and POSIX where one fits. */
export type ServiceErrorCode =
  /** Limits that would have widened, or a request beyond the limits of the channel. */
  | 'ENOTCAPABLE'
  /** A value that does not have the expected form. */
  | 'EINVAL'
  /** A message that is no request. */
  | 'EBADMSG'
  /** No such call. */
  | 'ENOSYS'
  /** Nothing of the name was found. */
  | 'ENOENT'
  /** The kernel denied it. */
  | 'EACCES'
  /** A server gave no answer in time. */
  | 'ETIMEDOUT'
  /** A server cannot be asked now. */
  | 'EAGAIN'
  | 'EEXIST'
  | 'EISDIR'
  | 'ENOTDIR'
  | 'EHOSTUNREACH'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EMFILE'
  | 'EMSGSIZE'
  | 'EPROTO'
  | 'EIO'
  /** The service has ended. */
  | 'EPIPE';

const known: ReadonlySet<string> = new Set<ServiceErrorCode>([
  'ENOTCAPABLE',
  'EINVAL',
  'EBADMSG',
  'ENOSYS',
  'ENOENT',
  'EACCES',
  'ETIMEDOUT',
  'EAGAIN',
  'EEXIST',
  'EISDIR',
  'ENOTDIR',
  'EHOSTUNREACH',
  'ECONNREFUSED',
  'ECONNRESET',
  'EMFILE',
  'EMSGSIZE',
  'EPROTO',
  'EIO',
  'EPIPE',
]);

/** Tells whether a text is a code of `ServiceError`. */
export function isServiceErrorCode(text: unknown): text is ServiceErrorCode {
  return typeof text === 'string' && known.has(text);
}

/** A request that a service refused or could not carry out. It travels to the client with its code and message. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Makes the error for a client of another error: messages of Node and of the host are not for clients. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof ShapeError)
    return new ServiceError(
      'EINVAL',
      `${error.path.length === 0 ? 'The value' : `'${error.path.join('.')}'`} ${error.message}`,
    );
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return new ServiceError(
    code === 'EACCES' || code === 'ENOENT' || code === 'EMFILE' ? code : 'EIO',
    'The service cannot do that now',
  );
}
