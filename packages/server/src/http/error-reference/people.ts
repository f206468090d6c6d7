import type { ExplanationsOf } from './explanation.ts';

export const ofPeople: ExplanationsOf<'customer.' | 'contact.' | 'merchant.'> = {
  'errormessage.customer.not.found': {
    when: 'There is no such customer, or it belongs to another tenant.',
    next: 'Check the customer id.',
  },
  'errormessage.contact.not.found': {
    when: 'There is no such contact, perhaps because it was erased, or it belongs to another tenant.',
    next: 'Check the contact id.',
  },
  'errormessage.merchant.account.not.found': {
    when: 'There is no such merchant account, or it belongs to another tenant.',
    next: 'Check the id in the list of merchant accounts.',
  },
};
