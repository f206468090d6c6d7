import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { UserSession, UserSessionCreation } from '../../contract/payments.ts';
import { secretHash } from '../../crypto/keyed-hash.ts';
import { formatNamedToken, randomText } from '../../crypto/random-token.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import { findCustomer } from '../../store/customers.ts';
import type { Transaction } from '../../store/database.ts';
import { findCustomerKey, insertCustomerKey } from '../../store/keys.ts';
import { insertSession } from '../../store/payment-sessions.ts';
import { insertTrail } from '../../store/trail.ts';
import { sessionTokenPrefix } from '../authentication/session-token.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';

/** Who enters the instrument: a customer, or a person who is none yet. */
type Payer = { customerId: number | null; customerUuid: string };

/** Lets one browser enter one instrument for one customer (reference: customer-api, The flow around it). */
export const createUserPaymentSession = operation(
  'PAYMENT_WRITE',
  async (ctx: Context, { body }: { body: UserSessionCreation }): Promise<UserSession> => {
    if (body.customerId !== undefined && body.finionPayCustomerId !== undefined) {
      throw new OnfileError('errormessage.session.customer.exclusive', { reference: 'finionPayCustomerId' });
    }
    const { referenceText, finionPayCustomerId } = body;
    refuseCardNumbers({ referenceText, finionPayCustomerId });
    const payer = await payerOf(ctx, body);
    const createdAt = ctx.now();
    const validUntil = new Date(createdAt.getTime() + ctx.config.sessionMinutes * 60_000);
    const token = { tenantId: ctx.tenant.tenantId, publicId: randomText(22), secret: randomText(43) };
    const result = {
      token: formatNamedToken(sessionTokenPrefix, token),
      tokenValidUntil: validUntil.toISOString(),
      finionPayCustomerId: payer.customerUuid,
    };
    await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const keyId = await dataKeyOf(ctx, tx, payer, createdAt);
      await insertSession(tx, {
        session_id: token.publicId,
        secret_hash: secretHash(token.secret),
        customer_uuid: payer.customerUuid,
        customer_id: payer.customerId,
        key_id: keyId,
        scope: body.scope,
        amount: String(body.amount),
        currency: ctx.tenant.currency,
        reference_text: body.referenceText,
        permitted_payment_choices: body.permittedPaymentChoices ?? null,
        require_direct_debit_signature: body.requireDirectDebitSignature ?? false,
        show_existing_payment_instruments: body.showExistingPaymentInstruments ?? true,
        created_by_id: ctx.caller.id,
        created_at: createdAt,
        valid_until: validUntil,
      });
      await insertTrail(
        tx,
        trailOf(ctx, {
          action: 'payment_session.created',
          at: createdAt,
          subject: { kind: 'payment_session', id: token.publicId },
        }),
      );
      await keepAnswerIn(tx, ctx, result);
    });
    return result;
  },
);

async function payerOf(ctx: Context, body: UserSessionCreation): Promise<Payer> {
  const { tenantId } = ctx.tenant;
  if (body.customerId !== undefined) {
    const customer = await findCustomer(ctx.db, tenantId, { customerId: body.customerId });
    if (!customer) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
    if (!customer.is_active) {
      throw new OnfileError('errormessage.record.reference.missing', {
        args: [enumArgument('CUSTOMER')],
        reference: 'customerId',
      });
    }
    return { customerId: customer.customer_id, customerUuid: customer.customer_uuid };
  }
  const customerUuid = body.finionPayCustomerId?.toLowerCase() ?? randomUUID();
  const customer = await findCustomer(ctx.db, tenantId, { customerUuid });
  if (customer) throw new OnfileError('errormessage.validation.value', { reference: 'finionPayCustomerId' });
  return { customerId: null, customerUuid };
}

async function dataKeyOf(ctx: Context, tx: Transaction, payer: Payer, at: Date): Promise<string> {
  const known = await findCustomerKey(tx, payer.customerUuid);
  if (known) return known.keyId;
  // A customer without a key was erased since it was read.
  if (payer.customerId !== null) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
  const { wrapped } = ctx.keys.newCustomerKey(payer.customerUuid);
  await insertCustomerKey(tx, wrapped, at);
  return wrapped.keyId;
}
