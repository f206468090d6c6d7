import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { RecordRow } from '../../store/records.ts';
import { fileTaken } from '../files/on-write.ts';
import { fileReferences } from '../files/urn.ts';
import { checkExternalId, externalIdTaken } from '../stored-payment-methods/change.ts';

/** What records of the same stretch are about to get, and only one may have: the database does not know of it yet. */
export type Claims = Map<string, string>;

/** Throws 409 when another record has the external id that this one is to get, or is about to get it. */
export async function claimExternalId(
  ctx: Context,
  claims: Claims,
  current: RecordRow,
  next: RecordRow,
): Promise<void> {
  const { id, sys_external_id: externalId } = next;
  const keepsIt = externalId === current.sys_external_id && current.sys_deleted_at === null;
  if (externalId === null || next.sys_deleted_at !== null || keepsIt) return;
  const name = `external ${externalId}`;
  if ((claims.get(name) ?? id) !== id) throw externalIdTaken();
  await checkExternalId(ctx, id, externalId);
  claims.set(name, id);
}

/** Throws 409 when another record is about to get a file that this one is to refer to. */
export function claimFiles(claims: Claims, { id, custom_field_values: values }: StoredPaymentMethod): void {
  const references = fileReferences(values).map(({ fileId, path }) => ({ name: `file ${fileId}`, path }));
  for (const { name, path } of references) {
    if ((claims.get(name) ?? id) !== id) throw fileTaken(path);
  }
  for (const { name } of references) claims.set(name, id);
}
