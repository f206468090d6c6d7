import { lookup } from 'node:dns';
import { get as httpGet } from 'node:http';
import { get as httpsGet, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose';
import { inSpan } from '../../telemetry/tracing.ts';
import { isLoopbackHost, isPublicAddress } from './public-address.ts';

const timeoutMs = 3_000;
const cacheMs = 10 * 60_000;
/** A token with an unknown key id makes us look again, but not more often than this. */
const cooldownMs = 30_000;
const mostBytes = 512 * 1024;

const attributes = { 'peer.service': 'issuer' };

export type RemoteKeySet = ReturnType<typeof createRemoteJWKSet>;

/** The keys that an issuer publishes, read when they are needed and kept for ten minutes. */
export const remoteKeySet = (url: string): RemoteKeySet =>
  createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cacheMaxAge: cacheMs,
    cooldownDuration: cooldownMs,
    // Without trace headers: an issuer is somebody else, whom our traces are no business of.
    [customFetch]: (address, options) =>
      inSpan('issuer read-keys', { kind: 'client', attributes }, () => readKeys(address, options)),
  });

/**
 * The address is looked at as it is connected to, so that a name cannot be made to point inside our network after it
 * was checked. Redirects are not followed. This machine is reached by its own names alone.
 */
const readKeys: FetchImplementation = async (address, { signal }) => {
  const url = new URL(address);
  const onThisMachine = isLoopbackHost(url.hostname);
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  if (!onThisMachine && (url.protocol !== 'https:' || (isIP(host) > 0 && !isPublicAddress(host)))) {
    throw new Error('the address of the keys is not public');
  }
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const options: RequestOptions = {
    signal,
    agent: false,
    headers: { accept: 'application/jwk-set+json, application/json' },
    ...(onThisMachine ? {} : { lookup: publicLookup }),
  };
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  get(url, options, (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) response.destroy(new Error('the keys are too many'));
      else chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () => {
      const isOk = response.statusCode === 200;
      resolve(new Response(isOk ? Buffer.concat(chunks) : null, { status: isOk ? 200 : 502 }));
    });
  }).on('error', reject);
  return promise;
};

const publicLookup: LookupFunction = (hostname, options, answer) => {
  lookup(hostname, { all: true }, (failure, found) => {
    const [first] = found ?? [];
    if (failure || !first) {
      answer(failure ?? new Error('the host of the keys has no address'), '', 0);
    } else if (!found.every(({ address }) => isPublicAddress(address))) {
      answer(new Error('the host of the keys has an address that is not public'), '', 0);
    } else if (options.all) {
      answer(null, found);
    } else {
      answer(null, first.address, first.family);
    }
  });
};
