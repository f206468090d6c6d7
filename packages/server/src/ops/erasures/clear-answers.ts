import { Value } from 'typebox/value';
import type { Context } from '../../context.ts';
import { Erasure } from '../../contract/erasure.ts';
import { listErasedRecordIds } from '../../store/customer-erasure.ts';
import { type ErasureRow, noteClearedAnswers } from '../../store/erasures.ts';
import { deleteKeptAnswers, listKeptAnswers, replaceKeptAnswers } from '../../store/idempotency.ts';
import { openKeptAnswer, sealForgotten, type WireAnswer } from '../idempotency.ts';

const answersAtOnce = 500;

/**
 * Forgets the answers, kept for retries, that name an erased customer, contact or record: a retry is then answered 404,
 * so that it brings nobody back. Answers are kept under the tenant's key, so all of the last day's are opened.
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
    const kinds = Map.groupBy(page, ({ scopeHash, sealedAnswer }) =>
      kindOf(openKeptAnswer(ctx, scopeHash, sealedAnswer), named),
    );
    const hashesOf = (kind: AnswerKind) => (kinds.get(kind) ?? []).map(({ scopeHash }) => scopeHash);
    const about = hashesOf('about').map((scopeHash) => ({ scopeHash, sealedAnswer: sealForgotten(ctx, scopeHash) }));
    if (about.length > 0) await replaceKeptAnswers(ctx.db, tenantId, about);
    const batches = hashesOf('batch');
    if (batches.length > 0) await deleteKeptAnswers(ctx.db, tenantId, batches);
    const last = page.at(-1);
    if (page.length < answersAtOnce || !last) break;
    after = last.scopeHash;
  }
  for (const customerId of customerIds) await noteClearedAnswers(ctx.db, tenantId, customerId, ctx.now());
}

/** A batch is about others too: its parts have answers of their own, from which a retry is answered anew. */
type AnswerKind = 'about' | 'batch' | 'other';
type Named = { texts: ReadonlySet<string>; numbers: ReadonlySet<number> };

/** A body that is not JSON holds no data, and what an erasure was answered holds ids alone. */
function kindOf({ body }: WireAnswer, named: Named): AnswerKind {
  try {
    const value: unknown = JSON.parse(body);
    if (!names(value, named) || Value.Check(Erasure, value)) return 'other';
    return typeof value === 'object' && value !== null && 'results' in value ? 'batch' : 'about';
  } catch (error) {
    if (error instanceof SyntaxError) return 'other';
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
