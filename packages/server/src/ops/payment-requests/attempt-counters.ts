import { isIP } from 'node:net';
import type { Context } from '../../context.ts';
import type { AttemptLimit } from '../../contract/tenant-settings.ts';
import type { AttemptCounter } from '../../store/payment-attempts.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import type { FoundSession } from '../../store/payment-sessions.ts';

/** What a tenant allows that says nothing of it: more than an honest customer needs, fewer than tests of cards take. */
export const usualAttemptLimits = { session: 10, customer: 30, address: 30 } as const satisfies Record<
  AttemptLimit,
  number
>;

const windowMs = 3_600_000;
const longestAddress = 64;

/** What a full counter is of. */
export type LimitedCounter = AttemptCounter & { limit: AttemptLimit };

/** Where an attempt counts: in its session as long as it lasts, with its customer and its address for an hour. */
export function attemptCounters(
  ctx: Pick<Context, 'tenant' | 'sourceAddress'>,
  session: Pick<FoundSession, 'session_id' | 'customer_uuid'>,
  at: Date,
): LimitedCounter[] {
  const hour = new Date(at.getTime() - windowMs);
  const named = [
    { limit: 'session', name: session.session_id, since: null },
    { limit: 'customer', name: session.customer_uuid, since: hour },
    { limit: 'address', name: ctx.sourceAddress === null ? null : addressBlock(ctx.sourceAddress), since: hour },
  ] as const;
  return named.flatMap(({ limit, name, since }) => {
    const most = ctx.tenant.failedAttemptLimits[limit] ?? usualAttemptLimits[limit];
    return most === 0 || name === null ? [] : [{ limit, counter: `${limit} ${name}`, most, since }];
  });
}

/** What one subscriber has: an IPv4 address, or the 64 bits of an IPv6 network (RFC 4291, section 2.5.4). */
export function addressBlock(address: string): string {
  const [bare = ''] = withoutPort(address).split('%');
  if (isIP(bare) !== 6) return bare.slice(0, longestAddress);
  // The host of a URL is in the one short form of RFC 5952.
  const [left = '', right] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const groups = left === '' ? [] : left.split(':');
  const after = right ? right.split(':') : [];
  while (groups.length + after.length < 8) groups.push('0');
  const all = [...groups, ...after];
  return mappedAddress(all) ?? `${all.slice(0, 4).join(':')}::/64`;
}

/** Some proxies write the port too, which is another one for each connection (RFC 7239, section 6). */
function withoutPort(address: string): string {
  const [, inBrackets, plain] = /^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/.exec(address) ?? [];
  return inBrackets ?? plain ?? address;
}

/** The IPv4 address inside an IPv6 one (RFC 4291, section 2.5.5.2), or they would all be of one network. */
function mappedAddress(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined;
  const bytes = groups.slice(6).flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return bytes.join('.');
}

/**
 * Whether an attempt that was under way does not count after all: it came to an instrument, the gateway could not
 * decide, or the customer came back from a page on which nothing was tested. A challenge that is left still counts.
 */
export const isForgiven = (from: Pick<PaymentRequestRow, 'challenge_action'>, to: PaymentRequestRow): boolean =>
  to.status === 'PREAUTHED' ||
  to.status === 'AUTHENTICATED' ||
  to.status === 'FAILED' ||
  (to.status === 'CANCELLED' && from.challenge_action?.type === 'REDIRECT');
