import { OnfileError } from '../../errors.ts';
import { tenantIdPattern } from '../../store/database.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

const pattern = new RegExp(tenantIdPattern);

/** Whether a tenant can have this id at all; only then may it reach the database. */
export const isTenantId = (text: string): boolean => pattern.test(text);

/** Stricter for a new tenant: ids end up in host names and file names. Throws 400, naming the field that gave it. */
export function checkNewTenantId(tenantId: string, reference = 'tenantId'): void {
  if (!isTenantId(tenantId) || tenantId.endsWith('-')) {
    throw new OnfileError('errormessage.validation.value', { reference });
  }
  refuseCardNumbers(tenantId, reference);
}
