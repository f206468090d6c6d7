import type { ExplanationsOf } from './explanation.ts';

export const ofPayments: ExplanationsOf<'payment.' | 'session.'> = {
  'errormessage.payment.instrument.changed': {
    when: 'The stored payment method that the customer picked was deleted, moved or replaced before the request was used.',
    next: 'Start a new session and let the customer choose again.',
  },
  'errormessage.payment.instrument.not.found': {
    when: 'The token of a stored payment method is none of those that the session offers.',
    next: 'Read the session again and offer what it lists.',
  },
  'errormessage.payment.choice.not.permitted': {
    when: 'The way of paying is none that the session permits.',
    next: 'Offer the choices that the session lists.',
  },
  'errormessage.payment.request.customer.mismatch': {
    when: 'The session of the payment request belongs to another customer than the path, or to nobody yet.',
    next: 'Start a session for this customer and let them enter the method again.',
  },
  'errormessage.payment.request.expired': {
    when: 'The payment request was not used before its session was over.',
    next: 'Start a new session.',
  },
  'errormessage.payment.request.not.reusable': {
    when: 'The session was for one purchase: its scope is ECOM or its amount is not 0.',
    next: 'Start a session of scope MEMBER_ACCOUNT with the amount 0.',
  },
  'errormessage.payment.request.state': {
    when: 'The browser asks for something that the status of the payment request does not allow, such as submitting twice.',
    next: 'Read the request; start a new one when it is over.',
  },
  'errormessage.payment.request.busy': {
    when: 'Another call is at work on the same payment request at this moment.',
    next: 'Wait for the answer of that call, or read the request.',
  },
  'errormessage.payment.request.already.used': {
    when: 'The payment request was used before, or another one of its session was. The arguments say when, and which record and version it led to.',
    next: 'Nothing, when that record is what you meant. Else start a new session.',
  },
  'errormessage.payment.request.not.concluded': {
    when: 'The customer has not finished: the payment request is not PREAUTHED.',
    next: 'Wait for `onSuccess` of the component, then use the token.',
  },
  'errormessage.payment.request.not.found': {
    when: 'There is no such payment request, or it belongs to another tenant or another session.',
    next: 'Check the token; start a new session when it is lost.',
  },
  'errormessage.session.customer.exclusive': {
    when: 'A session was asked for by `customerId` and `finionPayCustomerId` at once.',
    next: 'Send one of them, or none for a person who is new.',
  },
  'errormessage.session.invalid': {
    when: 'The session token is missing, wrong, expired, or its session was closed by a used request.',
    next: 'Start a new session from your backend.',
  },
};
