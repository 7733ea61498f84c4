import proxyAddr from '@fastify/proxy-addr';

/** Proxies whose forwarding headers are believed: none, all, those so many hops away, or those of these addresses. */
export type TrustProxy = boolean | number | readonly string[];

/** Decides for one address on the way (hop 0 is the peer) whether what it forwards is believed. */
export type TrustFunction = (address: string, hop: number) => boolean;

/**
 * Reads `TRUST_PROXY`: `true`, `false`, a number of hops, or addresses, CIDR ranges and the names `loopback`,
 * `linklocal`, `uniquelocal`, separated by commas.
 * @throws Error when it is none of these.
 */
export function parseTrustProxy(text: string): TrustProxy {
  const value = text.trim();
  if (value === 'true' || value === 'false') return value === 'true';
  if (/^\d{1,3}$/.test(value)) return Number(value);
  const ranges = value.split(',').map((range) => range.trim());
  proxyAddr.compile(ranges);
  return ranges;
}

/** The same decision for HTTP requests and for sockets. */
export function trustFunction(trust: TrustProxy): TrustFunction {
  if (typeof trust === 'boolean') return () => trust;
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  return proxyAddr.compile([...trust]);
}
