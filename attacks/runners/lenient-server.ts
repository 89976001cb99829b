import { createServer, type Server, type Socket } from 'node:net';

/** The most bytes of an answer without an end. */
const ENDLESS = 8 << 20;

/** The most bytes of a request that are held. */
const MOST_HELD = 1 << 16;

const CRLF = '\r\n';

/**
 * Makes a server of HTTP/1.1 that reads requests in the most lenient way, as servers behind proxies do: it takes every end
 * of a line, prefers lengths to chunks, and knows other hosts. It answers `granted` for `/granted`, and `reached` for
 * every other path or host.
 */
export function lenientServer(): Server {
  return createServer((peer) => {
    let text = '';
    peer.on('error', () => peer.destroy());
    peer.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      for (let rest = answerFirst(peer, text); rest !== undefined; rest = answerFirst(peer, text))
        text = rest;
      // A head without an end is read on and on.
      if (text.length > MOST_HELD) text = '';
    });
  });
}

/** Answers the first request; returns what follows it, or `undefined` when it has not come whole. */
function answerFirst(peer: Socket, text: string): string | undefined {
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) return undefined;
  const head = text.slice(0, end.index).replace(/\r?\n[ \t]+/g, ' ');
  const [first = '', ...lines] = head.split(/[\r\n]+/);
  const headers = new Map(lines.map((line): [string, string] => headerOf(line)));
  const from = end.index + end[0].length;
  const length = Number.parseInt(headers.get('content-length') ?? '', 10);
  let after = from;
  if (length >= 0) after += length;
  else if (/chunked/i.test(headers.get('transfer-encoding') ?? '')) {
    const last = /(?:^|\n)0[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n/.exec(text.slice(from));
    if (last === null) return undefined;
    after += last.index + last[0].length;
  }
  if (text.length < after) return undefined;
  const [, target = ''] = first.split(/\s+/);
  respond(peer, target, headers.get('host') ?? '', headers.get('connection') ?? '');
  return text.slice(after);
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

function respond(peer: Socket, target: string, host: string, connection: string): void {
  if (target === '/endless') {
    const line = `X: ${'y'.repeat(4000)}${CRLF}`;
    peer.end(`HTTP/1.1 200 OK${CRLF}${line.repeat(ENDLESS / line.length)}`, 'latin1');
    return;
  }
  const [, absolute, path] = /^https?:\/\/([^/]*)(.*)$/.exec(target) ?? [undefined, host, target];
  const isGranted = path === '/granted' && /^localhost(?::\d+)?$/.test(absolute ?? '');
  const body = isGranted ? 'granted' : 'reached';
  const head = [`HTTP/1.1 200 OK`, `Content-Length: ${body.length}`, '', body].join(CRLF);
  if (/close/i.test(connection)) peer.end(head);
  else peer.write(head);
}
