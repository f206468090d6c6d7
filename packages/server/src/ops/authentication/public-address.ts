import { BlockList, isIP } from 'node:net';

/** Special-purpose ranges of IPv4 (RFC 6890 and its registry): private, shared, loopback, link-local, documentation. */
const notPublic = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(address, bits, 'ipv4');
}
/** Of IPv6 only global unicast is public, less what tunnels to IPv4, is special or stands in documents. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
for (const [address, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic.addSubnet(address, bits, 'ipv6');
}

/** Whether an address belongs to the public internet, so that a request to it cannot reach inside our own network. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  return family === 6 && globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a URL's host is this machine, by one of the names that can mean nothing else. */
export const isLoopbackHost = (hostname: string): boolean => loopbackNames.has(hostname);
