import type { Context } from '../../context.ts';
import { type DataKey, SealBroken, sealedUnder } from '../../crypto/envelope.ts';
import type { HeldCustomer } from '../../store/customer-erasure.ts';
import { tokenToRetire } from '../gateway-tokens/tasks.ts';
import { openRequest } from '../payment-requests/content.ts';
import { openRecord } from '../stored-payment-methods/content.ts';

/** A token at a gateway, and the record that held it. */
export type HeldToken = { merchant_account_id: string; token: string; recordId: string | null };

/** Nobody can tell which tokens were in what does not open any more; that must not keep the rest from being erased. */
function readable<Value>(read: () => Value[]): Value[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof SealBroken) return [];
    throw error;
  }
}

/** Every token that gateways have of a customer: of records, of what was entered last, and those being retired. */
export function tokensOf(ctx: Context, { records, requests, tasks, keys }: HeldCustomer): HeldToken[] {
  const keyOf = (sealed: Buffer): DataKey => {
    const keyId = sealedUnder(sealed);
    const wrapped = keys.find((key) => key.keyId === keyId);
    if (!wrapped) throw new SealBroken();
    return ctx.keys.customerKey(wrapped);
  };
  const found = [
    ...records.flatMap((row) =>
      readable(() =>
        openRecord(ctx, row).content.merchant_account_tokens.map((token) => ({ ...token, recordId: row.id })),
      ),
    ),
    ...requests.flatMap(({ request_id, sealed }) =>
      readable(() => openRequest(ctx, request_id, sealed, keyOf(sealed)).tokens ?? []).map((token) => ({
        ...token,
        recordId: null,
      })),
    ),
    ...tasks.flatMap((task) =>
      readable(() => [tokenToRetire(ctx, { kind: 'retire', ...task }, keyOf(task.sealed)).reveal()]).map((token) => ({
        merchant_account_id: task.merchant_account_id,
        token,
        recordId: task.record_id,
      })),
    ),
  ];
  return [...new Map(found.map((one) => [`${one.merchant_account_id} ${one.token}`, one])).values()];
}
