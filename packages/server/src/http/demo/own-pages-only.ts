import type { FastifyRequest } from 'fastify';
import { OnfileError } from '../../errors.ts';

/** Names that no name server is asked for, and so none can make a stranger's page call this machine under. */
const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/**
 * Refuses what any page in the visitor's browser could send to a server on this machine: a name of the page's own that
 * was made to point here (DNS rebinding), and changes that another site asks for. Throws 400 naming the header.
 */
export function refuseOtherPages({ method, headers }: FastifyRequest): void {
  const { host = '', origin } = headers;
  if (!loopback.test(host)) throw new OnfileError('errormessage.validation.header', { reference: 'host' });
  if (method === 'GET' || method === 'HEAD') return;
  const isOwn = origin === `http://${host}` || origin === `https://${host}`;
  if (!isOwn) throw new OnfileError('errormessage.validation.header', { reference: 'origin' });
}
