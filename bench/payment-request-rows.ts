import { randomInt } from 'node:crypto';
import { v7 as timeOrderedUuid } from 'uuid';
import { secretHash } from '../packages/server/src/crypto/keyed-hash.ts';
import { randomText } from '../packages/server/src/crypto/random-token.ts';
import { Secret } from '../packages/server/src/crypto/secret.ts';
import { vaultNumber } from '../packages/server/src/ops/instruments/vault.ts';
import { sealRequest } from '../packages/server/src/ops/payment-requests/content.ts';
import { paymentRequestToken, paymentRequestTokenHash } from '../packages/server/src/ops/payment-requests/tokens.ts';
import { jsonRow, type SeededCustomer, type TableRows } from './customer-rows.ts';
import type { BenchTenant } from './tenant.ts';

const sessionMs = 1_800_000;

/**
 * The number of the customer's card, and a session in which another card was entered: its payment request is PREAUTHED,
 * its token unused.
 */
export function paymentRequestRows(
  tenant: BenchTenant,
  { customerId, customerUuid, recordId, dataKey }: SeededCustomer,
): { rows: TableRows; token: string } {
  const { ctx, tenantId } = tenant;
  const at = ctx.now();
  const sessionId = randomText(22);
  const secret = randomText(43);
  const requestId = timeOrderedUuid();
  const token = paymentRequestToken(new Secret(secret), requestId);
  const newNumber = () =>
    vaultNumber(ctx, { kind: 'card', number: new Secret(`411${randomInt(1e12, 1e13)}`) }, customerUuid, dataKey);
  const number = newNumber();
  const card = { brand: 'visa', holder: 'Ada Bench', lastFour: '1881', expiryMonth: 11, expiryYear: 2035 } as const;
  const tokens = [{ merchant_account_id: tenant.merchantAccountId, token: `tok_${requestId}` }];
  return {
    token,
    rows: {
      user_payment_sessions: [
        jsonRow({
          tenant_id: tenantId,
          session_id: sessionId,
          secret_hash: secretHash(secret),
          customer_uuid: customerUuid,
          customer_id: customerId,
          key_id: dataKey.keyId,
          scope: 'MEMBER_ACCOUNT',
          amount: 0,
          currency: ctx.tenant.currency,
          reference_text: 'Membership',
          require_direct_debit_signature: false,
          show_existing_payment_instruments: true,
          created_by_id: ctx.caller.id,
          created_at: at,
          valid_until: new Date(at.getTime() + sessionMs),
        }),
      ],
      payment_requests: [
        jsonRow({
          tenant_id: tenantId,
          request_id: requestId,
          token_hash: paymentRequestTokenHash(token),
          session_id: sessionId,
          status: 'PREAUTHED',
          key_id: dataKey.keyId,
          sealed: sealRequest(ctx, requestId, { card: { ...card }, tokens }, dataKey),
          secret_id: number.secret_id,
          created_at: at,
        }),
      ],
      vault_secrets: [
        jsonRow({ tenant_id: tenantId, ...newNumber(), record_id: recordId }),
        jsonRow({ tenant_id: tenantId, ...number }),
      ],
    },
  };
}
