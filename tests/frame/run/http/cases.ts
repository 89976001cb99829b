/** A step of a client: bytes to send, the end of what it sends, or what it waits for in what it has received. */
export type Step = string | { readonly until: RegExp } | 'END';

/** Steps of a client with a server, and the server that it asks. */
export type Case = {
  readonly server: string;
  readonly steps: readonly Step[];
};

const crlf = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const get = (path: string, ...headers: readonly string[]): string =>
  crlf(`GET ${path} HTTP/1.1`, 'Host: h', ...headers);
const last = (path: string, ...headers: readonly string[]): string =>
  get(path, 'Connection: close', ...headers);
const post = (body: string, ...headers: readonly string[]): string =>
  `${crlf('POST /p HTTP/1.1', 'Host: h', 'Connection: close', ...headers)}${body}`;

/** Cases by what is tried. A client leaves when all its steps are done, or the server has closed the connection. */
export const CASES: Readonly<Record<string, Case>> = {
  'keep-alive': { server: 'echo', steps: [get('/1'), { until: /"body":""}/ }, last('/2')] },
  pipelining: { server: 'answers', steps: [get('/slow') + get('/x') + last('/chunks')] },
  'HTTP/1.0': { server: 'echo', steps: [crlf('GET / HTTP/1.0')] },
  'HTTP/1.0 kept alive': {
    server: 'echo',
    steps: [
      crlf('GET / HTTP/1.0', 'Connection: keep-alive'),
      { until: /"body":""}/ },
      crlf('GET / HTTP/1.0'),
    ],
  },
  'a body with its length': { server: 'echo', steps: [post('hel', 'Content-Length: 5'), 'lo'] },
  'a body in chunks': {
    server: 'echo',
    steps: [post('3;x=y\r\nhel\r\n', 'Transfer-Encoding: chunked'), '2\r\nlo\r\n0\r\n\r\n'],
  },
  'trailers of a request': {
    server: 'echo',
    steps: [post('1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n', 'Transfer-Encoding: chunked', 'Trailer: X-Sum')],
  },
  'headers that come twice': {
    server: 'echo',
    steps: [last('/', 'Cookie: a', 'Cookie: b', 'X: 1', 'X: 2', 'Age: 1', 'Age: 2', 'Set-Cookie: s')],
  },
  'Expect: 100-continue': {
    server: 'echo',
    steps: [post('', 'Content-Length: 1', 'Expect: 100-continue'), { until: /100 Continue/ }, 'x'],
  },
  'Expect: something else': { server: 'echo', steps: [last('/', 'Expect: more')] },
  checkContinue: {
    server: 'own',
    steps: [post('', 'Content-Length: 1', 'Expect: 100-continue'), { until: /100 Continue/ }, 'x'],
  },
  checkExpectation: { server: 'own', steps: [last('/', 'Expect: more')] },
  HEAD: { server: 'answers', steps: [crlf('HEAD /chunks HTTP/1.1', 'Host: h', 'Connection: close')] },
  'an answer in chunks': { server: 'answers', steps: [last('/chunks')] },
  'an answer in chunks to HTTP/1.0': { server: 'answers', steps: [crlf('GET /chunks HTTP/1.0')] },
  'trailers of an answer': { server: 'answers', steps: [last('/trailers')] },
  hints: { server: 'answers', steps: [last('/hints')] },
  'headers of an answer': { server: 'answers', steps: [last('/cookies')] },
  'mistakes of a program': { server: 'answers', steps: [last('/errors')] },
  'a length that is not kept': { server: 'answers', steps: [last('/length')] },
  'a large answer': { server: 'answers', steps: [last('/large')] },
  'an answer that is given up': { server: 'answers', steps: [last('/destroy')] },
  'the socket': { server: 'answers', steps: [last('/socket')] },
  'a client that goes': { server: 'answers', steps: [get('/abort'), { until: /begun/ }] },
  'no HTTP': { server: 'echo', steps: ['hello\r\n\r\n'] },
  'a bad header': { server: 'echo', steps: [get('/', 'bad header: x')] },
  'a bad length': { server: 'echo', steps: [post('', 'Content-Length: x')] },
  'a bad chunk': { server: 'echo', steps: [post('zz\r\n', 'Transfer-Encoding: chunked')] },
  'length and chunks': {
    server: 'echo',
    steps: [post('0\r\n\r\n', 'Content-Length: 1', 'Transfer-Encoding: chunked')],
  },
  'a line feed alone': { server: 'echo', steps: ['GET / HTTP/1.1\nHost: h\n\n'] },
  'no host': { server: 'echo', steps: [crlf('GET / HTTP/1.1')] },
  'headers that are too large': { server: 'echo', steps: [get('/', `X: ${'x'.repeat(20_000)}`)] },
  'an unknown method': { server: 'echo', steps: [crlf('BREW / HTTP/1.1', 'Host: h')] },
  'an end in the middle': { server: 'echo', steps: ['GET / HTT', 'END'] },
  clientError: { server: 'own', steps: ['hello\r\n\r\n'] },
  upgrade: { server: 'own', steps: [`${get('/', 'Connection: Upgrade', 'Upgrade: own')}head`] },
  'upgrade without a listener': {
    server: 'echo',
    steps: [get('/', 'Connection: Upgrade', 'Upgrade: own'), { until: /"body":""}/ }],
  },
  CONNECT: { server: 'own', steps: [crlf('CONNECT a:1 HTTP/1.1', 'Host: h')] },
  'CONNECT without a listener': { server: 'echo', steps: [crlf('CONNECT a:1 HTTP/1.1', 'Host: h')] },
  maxHeadersCount: { server: 'few', steps: [last('/', 'A: 1', 'B: 2', 'C: 3')] },
  maxRequestsPerSocket: { server: 'few', steps: [get('/1') + get('/2') + last('/3')] },
  maxHeaderSize: { server: 'small', steps: [last('/', `X: ${'x'.repeat(300)}`)] },
  joinDuplicateHeaders: {
    server: 'small',
    steps: [crlf('GET / HTTP/1.1', 'Connection: close', 'Age: 1', 'Age: 2')],
  },
  insecureHTTPParser: { server: 'lenient', steps: [last('/', 'X: a\u0001b')] },
  headersTimeout: { server: 'headers', steps: ['GET / HTTP/1.1\r\n', { until: /never/ }] },
  requestTimeout: { server: 'body', steps: [post('a', 'Content-Length: 2'), { until: /never/ }] },
  keepAliveTimeout: { server: 'idle', steps: [get('/'), { until: /never/ }] },
  'setTimeout of the server': { server: 'timeout', steps: [get('/'), { until: /never/ }] },
  'settings and the address': { server: 'settings', steps: [last('/')] },
  closeIdleConnections: { server: 'idles', steps: [get('/idle'), { until: /never/ }] },
  closeAllConnections: { server: 'idles', steps: [get('/all'), { until: /never/ }] },
  'close with an open connection': { server: 'closing', steps: [get('/'), { until: /never/ }] },
  'a server that has closed': { server: 'closing', steps: [get('/')] },
};
