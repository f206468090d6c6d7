import { formatIban, type Iban, type IbanFault, parseIban } from '@onfile/card/iban';
import { isSepaCountry } from '@onfile/card/sepa-countries';
import { isSwissIban, swissAccount } from '@onfile/card/swiss-iban';
import type { IbanEntry, Instrument, PaymentChoice } from '../gateway-answers.ts';
import type { TextKey } from '../texts/text-key.ts';
import { type Checked, type Fault, missing, onlyFaults, type Values } from './checked.ts';

export const ibanDebitFields = ['accountHolder', 'iban', 'mandateAccepted', 'signature'] as const;
export type IbanDebitField = (typeof ibanDebitFields)[number];

/** The schemes that debit an account by its IBAN. */
export type IbanDebit = 'SEPA' | 'CH_DD' | 'LSV';

export const isIbanDebit = (choice: PaymentChoice): choice is IbanDebit =>
  choice === 'SEPA' || choice === 'CH_DD' || choice === 'LSV';

const ibanFaults: Readonly<Record<IbanFault, TextKey>> = {
  characters: 'upc.iban.invalid',
  country: 'upc.iban.country',
  length: 'upc.iban.length',
  structure: 'upc.iban.invalid',
  check: 'upc.iban.invalid',
};

/** An account and the mandate to debit it, to be reviewed, or what is wrong with each field. */
export function checkIbanDebit(
  choice: IbanDebit,
  values: Values<IbanDebitField>,
  options: { requireSignature: boolean; signedText: string },
): Checked<IbanDebitField> {
  const { value: iban, fault } = parseIban(values.iban);
  const faults = onlyFaults<IbanDebitField>({
    accountHolder: missing(values.accountHolder, 'upc.account.holder.missing'),
    iban: missing(values.iban, 'upc.iban.missing') ?? (iban ? schemeFault(choice, iban) : { key: ibanFaults[fault] }),
    mandateAccepted: missing(values.mandateAccepted, 'upc.mandate.accept.missing'),
    signature: options.requireSignature ? missing(values.signature, 'upc.signature.missing') : undefined,
  });
  if (faults || !iban) return { faults: faults ?? {} };
  const accountHolder = values.accountHolder.trim();
  const signature = values.signature.trim();
  const account = {
    accountHolder,
    iban: iban.electronic,
    mandateAccepted: true,
    ...(options.requireSignature ? { signature } : {}),
  };
  return {
    entry: {
      instrument: instrumentOf(choice, account),
      summary: [
        { label: 'upc.account.holder', value: accountHolder },
        { label: 'upc.iban', value: formatIban(iban.electronic) },
        ...(options.requireSignature
          ? [
              {
                label: 'upc.signature' as const,
                value: signature.startsWith('data:') ? options.signedText : signature,
              },
            ]
          : []),
      ],
    },
  };
}

function schemeFault(choice: IbanDebit, iban: Iban): Fault | undefined {
  if (choice === 'SEPA') return isSepaCountry(iban.country) ? undefined : { key: 'upc.iban.not.sepa' };
  if (!isSwissIban(iban)) return { key: 'upc.iban.not.swiss' };
  return swissAccount(iban)?.qr === true ? { key: 'upc.iban.qr' } : undefined;
}

function instrumentOf(choice: IbanDebit, account: IbanEntry): Instrument {
  switch (choice) {
    case 'SEPA':
      return { paymentMethod: choice, sepa: account };
    case 'CH_DD':
      return { paymentMethod: choice, chDD: account };
    case 'LSV':
      return { paymentMethod: choice, lsvDD: account };
  }
}
