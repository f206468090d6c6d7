import type { ExplanationsOf } from './explanation.ts';

export const ofInstruments: ExplanationsOf<
  'card.' | 'account.number' | 'iban' | 'bic' | 'sort.code' | 'routing.number' | 'mandate' | 'return.url'
> = {
  'errormessage.card.number.found': {
    when: 'A text that is not for card numbers holds one: a name, a custom field, an address, a row of a file. Nothing of it is kept.',
    next: 'Take the number out. Cards are entered in the browser component only.',
  },
  'errormessage.card.number.invalid': {
    when: 'The check digit or the length of an entered card number is wrong, or a tenant in live mode was given a published test number.',
    next: 'Let the customer enter the number again.',
  },
  'errormessage.card.number.not.test': {
    when: 'The tenant is in test mode and the card is none of the published test cards.',
    next: 'Use a test card of the guide; real cards need a tenant in live mode.',
  },
  'errormessage.account.number.not.test': {
    when: 'The tenant is in test mode and the bank account is none of the published test accounts.',
    next: 'Use a test account of the guide; real accounts need a tenant in live mode.',
  },
  'errormessage.card.expired': {
    when: 'The last day of the entered expiry month is over.',
    next: 'Let the customer enter a card that is still valid.',
  },
  'errormessage.card.security.code.invalid': {
    when: 'The security code has not the number of digits that the card’s brand prints.',
    next: 'Let the customer enter the code again.',
  },
  'errormessage.iban.invalid': {
    when: 'The IBAN has a wrong length or check digits, or a country that has none.',
    next: 'Let the customer check the IBAN.',
  },
  'errormessage.iban.not.debitable': {
    when: 'The IBAN is valid, but its country does not belong to the direct debit scheme that was chosen.',
    next: 'Take an account of another country, or another way of paying.',
  },
  'errormessage.bic.invalid': {
    when: 'The BIC is malformed or belongs to another country than the IBAN.',
    next: 'Correct it or leave it out; it is not required.',
  },
  'errormessage.sort.code.invalid': {
    when: 'The sort code of a Bacs account has not six digits.',
    next: 'Let the customer check the sort code.',
  },
  'errormessage.account.number.invalid': {
    when: 'The account number has a wrong length, or fails the check of the bank that the sort code names.',
    next: 'Let the customer check account number and sort code.',
  },
  'errormessage.routing.number.invalid': {
    when: 'The routing number has not nine digits, or a wrong check digit.',
    next: 'Let the customer check the routing number.',
  },
  'errormessage.mandate.not.accepted': {
    when: 'A direct debit was submitted without `mandateAccepted`.',
    next: 'Show the text of the mandate and let the customer accept it.',
  },
  'errormessage.mandate.signature.required': {
    when: 'The session asks for a signature and none was given.',
    next: 'Let the customer sign.',
  },
  'errormessage.mandate.signature.invalid': {
    when: 'The signature is neither a PNG image in a data URL nor a typed name of at most 200 characters.',
    next: 'Send one of the two.',
  },
  'errormessage.return.url.not.allowed': {
    when: 'The address to come back to after a redirect is on no site that the tenant allows.',
    next: 'Use a page of an allowed origin, or add its origin to the tenant’s settings.',
  },
};
