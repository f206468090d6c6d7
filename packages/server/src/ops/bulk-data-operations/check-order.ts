import type { Context } from '../../context.ts';
import type { BulkDataFilter, BulkDataOperationOrder } from '../../contract/bulk-data-operation.ts';
import type { JsonPatch } from '../../contract/json-patch.ts';
import { enumArgument, OnfileError, stringArgument } from '../../errors.ts';
import { findCustomer } from '../../store/customers.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { requireScope } from '../operation.ts';
import { type Directive, givenDirectives } from '../stored-payment-methods/directives.ts';
import { storedFilter } from '../stored-payment-methods/record-filter.ts';
import type { OperationInput } from './progress.ts';

type SelectedInput = Exclude<OperationInput, { kind: 'undo' }>;

/** An operation may do nothing that its caller may not do record by record. Throws 403. */
export function requireOperating(ctx: Context): void {
  refuseLimitedCaller(ctx, 'BULK_WRITE');
  requireScope(ctx, 'STORED_PAYMENT_METHOD_WRITE');
}

/**
 * What an order asks for. Throws 403 for what the caller may not order, 400 for what contradicts itself or leaves open
 * which records are meant, 409 for a contact that does not exist: more likely a mistake than a wish to touch nothing.
 */
export async function checkOrder(ctx: Context, order: BulkDataOperationOrder): Promise<SelectedInput> {
  requireOperating(ctx);
  refuseCardNumbers(order, '', mayLookLikeCard(order.patch));
  const { kind, patch } = order;
  if (kind === 'delete' && patch)
    throw new OnfileError('errormessage.validation.unknown.field', { reference: 'patch' });
  const filter = meantFilter(order);
  const common = { filter, ...(order.reason === undefined ? {} : { reason: order.reason }) };
  if (kind === 'change') {
    if (!patch) throw new OnfileError('errormessage.validation.required', { reference: 'patch' });
    checkDirectives(ctx, patch);
  }
  await checkFilter(ctx, filter);
  await checkContact(ctx, filter);
  return patch ? { kind: 'change', ...common, patch } : { kind: 'delete', ...common };
}

/** Every record is meant only when the order says so: a filter that lost its fields on the way must not mean it. */
function meantFilter({ filter = {}, all = false }: BulkDataOperationOrder): BulkDataFilter {
  const isEmpty = Object.values(filter).every((value) => value === undefined);
  if (all && !isEmpty) throw new OnfileError('errormessage.validation.exclusive', { reference: 'all' });
  if (!all && isEmpty) throw new OnfileError('errormessage.validation.required', { reference: 'filter' });
  return filter;
}

/** A directive that the patch gives is checked before any record is touched; a dry run is what the preview is for. */
function checkDirectives(ctx: Context, patch: JsonPatch): void {
  for (const [n, { path, value }] of patch.entries()) {
    if (path !== '/sys_directive' || typeof value !== 'string') continue;
    refuseDryRun(givenDirectives(ctx, value), `patch[${n}].value`);
  }
}

/** Throws 400 for the one directive that makes no sense of an operation. */
export function refuseDryRun(directives: ReadonlySet<Directive>, reference: string): void {
  if (!directives.has('dry-run')) return;
  const sensible = ['allow-token-removal', 'skip-events', 'override-lock'] satisfies Directive[];
  throw new OnfileError('errormessage.validation.allowed.values', {
    args: [stringArgument(sensible.join(', '))],
    reference,
  });
}

/** Throws 400 for a custom field that cannot be filtered by, as the list does. */
async function checkFilter(ctx: Context, filter: BulkDataFilter): Promise<void> {
  await storedFilter(ctx, filter, ctx.now()).catch((error: unknown) => {
    if (!(error instanceof OnfileError) || error.reference === undefined) throw error;
    throw new OnfileError(error.code, { args: error.args, reference: `filter.${error.reference}` });
  });
}

async function checkContact(ctx: Context, { contact_id: contactId }: BulkDataFilter): Promise<void> {
  if (contactId === undefined || (await findCustomer(ctx.db, ctx.tenant.tenantId, { contactId }))) return;
  throw new OnfileError('errormessage.record.reference.missing', {
    args: [enumArgument('CONTACT')],
    reference: 'filter.contact_id',
  });
}

/** A gateway's token, wherever in the patch one stands. */
const mayLookLikeCard =
  (patch: JsonPatch = []) =>
  (place: string): boolean => {
    const [, n, within = ''] = /^patch\[(\d+)\]\.value(.*)$/.exec(place) ?? [];
    const path = n === undefined ? '' : (patch[Number(n)]?.path ?? '');
    return /^\/merchant_account_tokens(?:\/|$)/.test(path) && /(?:^|[./])token$/.test(`${path}${within}`);
  };
