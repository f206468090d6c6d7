import type { Erasure } from '../../contract/erasure.ts';
import type { ErasureRow } from '../../store/erasures.ts';

/** An erasure as its caller sees it. */
export const presentErasure = (row: ErasureRow): Erasure => ({
  contact_id: row.contact_id,
  customer_id: row.customer_id,
  state: row.finished_at ? 'finished' : 'erased',
  stored_payment_methods: row.stored_payment_methods,
  erased_at: row.erased_at.toISOString(),
  ...(row.finished_at ? { finished_at: row.finished_at.toISOString() } : {}),
  ...(row.gateway_tokens_left === null ? {} : { gateway_tokens_left: row.gateway_tokens_left }),
});
