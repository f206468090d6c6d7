import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Caller, Context, Services } from '../../context.ts';
import { type AccountPaymentInstrument, paymentChoices, type UserSession } from '../../contract/payments.ts';
import { oneOf, requestOf } from '../../contract/schema.ts';
import { scopes } from '../../contract/scopes.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import { negotiateLocale } from '../../locales/negotiate.ts';
import { getAccountPaymentInstrument } from '../../ops/accounts/get-payment-instrument.ts';
import { replaceAccountPaymentInstrument } from '../../ops/accounts/replace-payment-instrument.ts';
import { listCustomers } from '../../ops/customers/list.ts';
import { createUserPaymentSession } from '../../ops/payment-sessions/create.ts';
import { getStoredPaymentMethod } from '../../ops/stored-payment-methods/get.ts';
import { tenantContext } from '../../ops/tenants/context.ts';
import type { CallLog } from './call-log.ts';

/** What the visitor may change of the session that the shop begins. */
export const DemoSession = requestOf(
  Type.Object({
    permittedPaymentChoices: Type.Optional(Type.Array(oneOf(paymentChoices), { uniqueItems: true, minItems: 1 })),
    requireDirectDebitSignature: Type.Optional(Type.Boolean()),
  }),
);
export type DemoSession = Static<typeof DemoSession>;

/** The account page's data: the record is there while the account bills one. */
export type DemoAccount = {
  customer: { id: number; name: string };
  instrument: AccountPaymentInstrument;
  record?: StoredPaymentMethod;
};

/** As the log and the audit name it; it has no key of its own, since it runs in the server. */
const shopCaller: Caller = { kind: 'api-key', id: 'demo-shop', scopes: new Set(scopes) };

/** The demo tenant as the page's backend sees it. Throws 404 when this database has none. */
export async function shopContext(services: Services, tenantId: string, request: FastifyRequest): Promise<Context> {
  const tenant = await services.tenantById(tenantId);
  if (!tenant) throw new OnfileError('errormessage.route.not.found');
  const ctx = await tenantContext(services, tenantId, shopCaller);
  return {
    ...ctx,
    locale: negotiateLocale(request.headers['accept-language'], tenant.locale),
    traceId: request.id,
    sourceAddress: request.ip,
  };
}

/** The customer whose account page this is: the first that the tenant had. Throws 404 before it was made. */
async function visitor(ctx: Context) {
  const { result } = await listCustomers(ctx, { sliceSize: 1 });
  const [customer] = result;
  if (!customer) throw new OnfileError('errormessage.customer.not.found');
  return { id: customer.id, name: `${customer.firstName} ${customer.lastName}` };
}

const instrumentPath = (customerId: number): string => `/v1/customers/${customerId}/account/payment-instrument`;

export async function startDemoSession(ctx: Context, log: CallLog, wishes: DemoSession): Promise<UserSession> {
  const { id: customerId } = await visitor(ctx);
  const body = { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership', customerId, ...wishes } as const;
  return log.noteOwn({ method: 'POST', path: '/v1/payments/user-session' }, () =>
    createUserPaymentSession(ctx, { body }),
  );
}

/** What a shop does as soon as it has the token of `onSuccess`. Fails as the contracted endpoint does. */
export async function replaceDemoInstrument(
  ctx: Context,
  log: CallLog,
  paymentRequestToken: string,
): Promise<AccountPaymentInstrument> {
  const { id: customerId } = await visitor(ctx);
  return log.noteOwn({ method: 'POST', path: instrumentPath(customerId) }, () =>
    replaceAccountPaymentInstrument(ctx, { customerId, paymentRequestToken }),
  );
}

export async function readDemoAccount(ctx: Context, log: CallLog): Promise<DemoAccount> {
  const customer = await visitor(ctx);
  const instrument = await log.noteOwn({ method: 'GET', path: instrumentPath(customer.id) }, () =>
    getAccountPaymentInstrument(ctx, { customerId: customer.id }),
  );
  const { storedPaymentMethodId: id } = instrument;
  if (id === undefined) return { customer, instrument };
  const path = `/storedPaymentMethods/${ctx.tenant.tenantId}/${id}`;
  const record = await log.noteOwn({ method: 'GET', path }, () => getStoredPaymentMethod(ctx, { id }));
  return { customer, instrument, record };
}
