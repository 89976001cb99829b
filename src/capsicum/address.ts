import { AF_INET, AF_INET6, AF_UNIX } from '../linux/sockets.ts';

/**
 * A socket address as text (unix(7), ip(7), ipv6(7)).
 *
 * @param bytes A `struct sockaddr`, possibly cut short.
 * @returns Such as `192.0.2.1:80`, `[2001:db8::1]:80`, `unix:/run/x`, `unix:@abstract`, `family 16`.
 */
export function readAddress(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 2) return 'no address';
  const family = view.getUint16(0, true);
  if (family === AF_INET && bytes.length >= 8) {
    return `${bytes.subarray(4, 8).join('.')}:${view.getUint16(2)}`;
  }
  if (family === AF_INET6 && bytes.length >= 24) {
    const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(8 + index * 2).toString(16));
    // The parser of URLs writes the short form.
    return `${new URL(`http://[${groups.join(':')}]/`).hostname}:${view.getUint16(2)}`;
  }
  if (family === AF_UNIX) {
    const path = Buffer.from(bytes.subarray(2));
    const end = path.indexOf(0, 1);
    const text = path.subarray(0, end < 0 ? path.length : end).toString();
    return `unix:${text.startsWith('\0') ? `@${text.slice(1)}` : text}`;
  }
  return `family ${family}`;
}
