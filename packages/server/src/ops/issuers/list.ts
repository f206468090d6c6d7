import { type IssuerRow, listIssuers as readIssuers } from '../../store/issuers.ts';
import { operation } from '../operation.ts';

/** The external issuers whose access tokens the tenant takes, the oldest first. */
export const listIssuers = operation<void, IssuerRow[]>(null, (ctx) => readIssuers(ctx.db, ctx.tenant.tenantId));
