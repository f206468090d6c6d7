import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

type Place = { tenant: Pick<Context['tenant'], 'allowedOrigins'>; config: Pick<Context['config'], 'publicUrl'> };

/** Absolute, and free of what browsers strip or rewrite, so that they go where the origin below was read. */
const plainUrl = /^https?:\/\/[^\\\s\p{Cc}]+$/iu;

/**
 * Whether a redirect may end at this address. Throws 400, reference `returnUrl`, unless it is a page of one of the
 * tenant's allowed origins or of the server's own, without credentials: an open redirect would lend our name.
 */
export function checkReturnUrl({ tenant, config }: Place, returnUrl: string | undefined): void {
  if (returnUrl === undefined) return;
  refuseCardNumbers(returnUrl, 'returnUrl');
  const url = plainUrl.test(returnUrl) ? URL.parse(returnUrl) : null;
  const isAllowed =
    url !== null &&
    url.username === '' &&
    url.password === '' &&
    (tenant.allowedOrigins.includes(url.origin) || url.origin === config.publicUrl);
  if (!isAllowed) throw new OnfileError('errormessage.return.url.not.allowed', { reference: 'returnUrl' });
}
