import type { Context } from '../../context.ts';
import { Failures } from '../../contract/failures.ts';
import type { PaymentSubmission } from '../../contract/gateway.ts';
import { OnfileError } from '../../errors.ts';
import type { FoundSession } from '../../store/payment-sessions.ts';
import { bankAccountDetails } from '../instruments/bank-account-details.ts';
import type { DirectDebitChoice } from '../instruments/kept.ts';
import { newMandate } from '../instruments/mandate.ts';
import { tokenizeAt } from '../instruments/tokenize.ts';
import { type CheckedBankAccount, checkIban, checkUkAccount, checkUsAccount } from './bank-account-rules.ts';
import { checkSignature } from './signature.ts';
import { entryOf } from './submission.ts';
import { askedAccount, type Submit } from './submitted.ts';

/** A bank account with the mandate to debit it: checked as entered; then, when called, at the gateway. */
export function readBankAccount(
  ctx: Context,
  session: FoundSession,
  choice: DirectDebitChoice,
  body: PaymentSubmission,
): Submit {
  const failures = new Failures();
  const { checked, mandateAccepted, signature, field } = accountAndMandate(session, choice, body, failures);
  if (!mandateAccepted) {
    failures.add(new OnfileError('errormessage.mandate.not.accepted', { reference: `${field}.mandateAccepted` }));
  }
  const account = failures.passed(checked);
  const mandate = newMandate(ctx, choice, signature);
  const details = bankAccountDetails(
    { holder: account.holder, kept: account.kept, number: account.vault.number },
    mandate,
  );
  return async (gateway) => {
    const asked = await gateway(ctx, (connector, ref, signal) =>
      connector.checkBankAccount(ref, details, signal).catch((error: unknown) => refuseAtField(error, field)),
    );
    return {
      checked: asked.checked,
      content: {
        bankAccount: account.kept,
        holder: account.holder,
        lastFour: account.lastFour,
        mandate,
        ...(asked.checked.outcome === 'approved' ? await tokenizeAt(ctx, asked.accounts, details) : {}),
      },
      vault: account.vault,
      ...askedAccount(asked),
    };
  };
}

type AccountAndMandate = {
  checked: CheckedBankAccount | undefined;
  mandateAccepted: boolean;
  signature?: string;
  field: string;
};

function accountAndMandate(
  session: FoundSession,
  choice: DirectDebitChoice,
  body: PaymentSubmission,
  failures: Failures,
): AccountAndMandate {
  switch (choice) {
    case 'BACS': {
      const entry = entryOf(body, 'bacs');
      const checked = failures.check(() => checkUkAccount(entry, 'bacs'));
      return { checked, mandateAccepted: entry.mandateAccepted, field: 'bacs' };
    }
    case 'ACH': {
      const entry = entryOf(body, 'ach');
      const checked = failures.check(() => checkUsAccount(entry, 'ach'));
      return { checked, mandateAccepted: entry.mandateAccepted, field: 'ach' };
    }
    case 'SEPA':
    case 'CH_DD':
    case 'LSV': {
      const field = ({ SEPA: 'sepa', CH_DD: 'chDD', LSV: 'lsvDD' } as const)[choice];
      const entry = entryOf(body, field);
      const checked = failures.check(() => checkIban(entry, choice, field));
      const isRequired = session.require_direct_debit_signature;
      const signature = failures.check(() => checkSignature(entry.signature, isRequired, `${field}.signature`));
      const { mandateAccepted } = entry;
      return { checked, mandateAccepted, ...(signature === undefined ? {} : { signature }), field };
    }
  }
}

/** The connector does not know by which field of which form an account came. */
function refuseAtField(error: unknown, field: string): never {
  if (error instanceof OnfileError && error.code === 'errormessage.account.number.not.test') {
    const name = field === 'bacs' || field === 'ach' ? 'accountNumber' : 'iban';
    throw new OnfileError(error.code, { reference: `${field}.${name}` });
  }
  throw error;
}
