import type { Context } from '../../context.ts';
import type { AccountPaymentInstrument } from '../../contract/payments.ts';
import type { RecordRow } from '../../store/records.ts';
import { summarizeMandate } from '../instruments/mandate.ts';
import { validityOf } from '../instruments/validity.ts';
import type { SealedContent } from '../stored-payment-methods/content.ts';
import { recordChoice, recordDetails } from '../stored-payment-methods/details.ts';

/** A record as the instrument that an account bills. */
export const presentInstrument = (
  { tenant, now }: Pick<Context, 'tenant' | 'now'>,
  row: RecordRow,
  content: SealedContent,
): Omit<AccountPaymentInstrument, 'accountVersion'> => ({
  paymentChoice: recordChoice(tenant, row, content),
  storedPaymentMethodId: row.id,
  sysVersion: row.sys_version,
  details: recordDetails(tenant, row, content),
  validity: validityOf(row.expires, now()),
  ...(content.mandate ? { mandate: summarizeMandate(content.mandate) } : {}),
});
