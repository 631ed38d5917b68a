import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { ChannelError } from './channel.js';

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** Addresses that are no public host: private, loopback, link-local (cloud metadata), shared, documentation, multicast … (RFC 6890). */
const NOT_PUBLIC = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) NOT_PUBLIC.addSubnet(net, prefix, 'ipv4'); // prettier-ignore
/** The only global unicast space of IPv6; what is outside it is not public. */
const PUBLIC_V6 = new BlockList();
PUBLIC_V6.addSubnet('2000::', 3, 'ipv6');
for (const [net, prefix] of [
  ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20],
] as const) NOT_PUBLIC.addSubnet(net, prefix, 'ipv6'); // prettier-ignore

const resolveByDns: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Resolves the host of a webhook once. The caller connects to exactly the answer, so a name that resolves to something
 * else a moment later (DNS rebinding) changes nothing.
 *
 * @param allowed private networks that may be reached, CIDR
 * @throws ChannelError when one of its addresses is not public and not allowed, or there is none
 */
export async function resolvePublic(
  host: string,
  allowed: readonly string[],
  resolve: Resolve = resolveByDns,
): Promise<ResolvedAddress> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const literal = isIP(bare);
  const addresses = literal > 0 ? [{ address: bare, family: literal }] : await resolveOrFail(bare, resolve);
  const list = allowList(allowed);
  // One bad address among good ones is no accident of a public service.
  const refused = addresses.find(({ address }) => !isPublic(address) && !isIn(list, address));
  if (refused)
    throw new ChannelError(
      `the address of ${bare} is private (${refused.address}); networks that may be reached are listed in "allowPrivate"`,
    );
  const [first] = addresses;
  if (!first) throw new ChannelError(`the name ${bare} stands for no address`);
  return first;
}

async function resolveOrFail(host: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new ChannelError(`the name ${host} cannot be resolved`, { cause });
  }
}

/** True for an address that anybody on the internet may have. */
export function isPublic(address: string): boolean {
  const plain = unmapped(address);
  if (isIP(plain) === 4) return !NOT_PUBLIC.check(plain, 'ipv4');
  return isIP(plain) === 6 && PUBLIC_V6.check(plain, 'ipv6') && !NOT_PUBLIC.check(plain, 'ipv6');
}

/** ::ffff:10.0.0.1 is 10.0.0.1, also when written in hexadecimal. */
function unmapped(address: string): string {
  const [, dotted, high, low] =
    /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
}

function allowList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [net = '', prefix = ''] = network.split('/');
    list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
function isIn(list: BlockList, address: string): boolean {
  const plain = unmapped(address);
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}
