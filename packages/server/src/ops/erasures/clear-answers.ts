import type { Context } from '../../context.ts';
import { listErasedRecordIds } from '../../store/customer-erasure.ts';
import { type ErasureRow, noteClearedAnswers } from '../../store/erasures.ts';
import { deleteKeptAnswers, listKeptAnswers } from '../../store/idempotency.ts';
import { openKeptAnswer, type WireAnswer } from '../idempotency.ts';

const answersAtOnce = 500;

/**
 * Forgets the answers, kept for retries, that name an erased customer, contact or record: a retry is then answered as
 * what it is now, a request about nobody. Answers are kept under the tenant's key, so all of the last day's are opened.
 */
export async function clearKeptAnswers(ctx: Context, erasures: readonly ErasureRow[]): Promise<void> {
  const { tenantId } = ctx.tenant;
  const customerIds = erasures.map((erasure) => erasure.customer_id);
  const texts = new Set([
    ...erasures.map((erasure) => erasure.contact_id),
    ...(await listErasedRecordIds(ctx.db, tenantId, customerIds)),
  ]);
  const named = { texts, numbers: new Set(customerIds) };
  let after: Buffer = Buffer.alloc(0);
  for (;;) {
    const page = await listKeptAnswers(ctx.db, tenantId, after, answersAtOnce);
    const about = page.filter(({ scopeHash, sealedAnswer }) =>
      isAbout(openKeptAnswer(ctx, scopeHash, sealedAnswer), named),
    );
    if (about.length > 0) {
      await deleteKeptAnswers(
        ctx.db,
        tenantId,
        about.map(({ scopeHash }) => scopeHash),
      );
    }
    const last = page.at(-1);
    if (page.length < answersAtOnce || !last) break;
    after = last.scopeHash;
  }
  for (const customerId of customerIds) await noteClearedAnswers(ctx.db, tenantId, customerId, ctx.now());
}

type Named = { texts: ReadonlySet<string>; numbers: ReadonlySet<number> };

/** Whether an answer's body names one of them anywhere. A body that is not JSON holds no data. */
function isAbout({ body }: WireAnswer, named: Named): boolean {
  try {
    return names(JSON.parse(body), named);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function names(value: unknown, named: Named): boolean {
  if (typeof value === 'string') return named.texts.has(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => names(item, named));
  return Object.entries(value).some(([field, inner]) =>
    typeof inner === 'number' ? isCustomerId(field) && named.numbers.has(inner) : names(inner, named),
  );
}

/** The fields in which either dialect tells the id of a customer. */
const isCustomerId = (field: string): boolean => ['id', 'customerId', 'customer_id'].includes(field);
