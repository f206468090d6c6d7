import type { ExplanationsOf } from './explanation.ts';

export const ofRecords: ExplanationsOf<'record.' | 'patch.' | 'concurrent.'> = {
  'errormessage.record.not.found': {
    when: 'There is no such stored payment method, it was deleted, or the caller may not know of it.',
    next: 'Check the id. A deleted one can be restored.',
  },
  'errormessage.record.version.not.found': {
    when: 'The record never had that version, did not exist at that instant, or the version is no longer kept.',
    next: 'Read the history for the versions that there are.',
  },
  'errormessage.record.version.other.contact': {
    when: 'The version to restore belonged to another contact.',
    next: 'Enter the data anew; what is sealed for one contact never becomes another’s.',
  },
  'errormessage.record.version.other.number': {
    when: 'The record holds another card or account since that version. Its tokens at the merchant accounts in the argument are retired.',
    next: 'Let the customer enter the card or account again.',
  },
  'errormessage.record.locked': {
    when: 'The record is locked. The arguments name it, who locked it, and the reason where the caller may read it.',
    next: 'Let somebody with the unlock scope unlock it, then repeat the change.',
  },
  'errormessage.record.contact.fixed': {
    when: 'A change of `contact_id` on the record that a customer’s account bills.',
    next: 'Create a record for the other contact instead.',
  },
  'errormessage.record.in.use': {
    when: 'A deletion of the record that a customer’s account bills.',
    next: 'Give the account another instrument first.',
  },
  'errormessage.record.reference.missing': {
    when: 'The body names something that does not exist or is not active; the argument says what kind of thing.',
    next: 'Create it first, or correct the id in the field that `reference` names.',
  },
  'errormessage.record.external.id.taken': {
    when: 'Another record of the tenant has the same `sys_external_id`.',
    next: 'Choose another one, or change that record.',
  },
  'errormessage.record.token.removal': {
    when: 'A replacement leaves out the token of a merchant account.',
    next: 'Send every token that you read, or the directive `allow-token-removal`.',
  },
  'errormessage.record.number.fields.fixed': {
    when: 'The last four digits, the brand or the type change while a token stays, so they would contradict each other.',
    next: 'Send new tokens for all merchant accounts, or leave the three fields as they are.',
  },
  'errormessage.record.directive.unknown': {
    when: '`sys_directive` has a word that is no directive, or one that makes no sense here.',
    next: 'Use the directives that the text names.',
  },
  'errormessage.record.version.conflict': {
    when: 'The `sys_version` or `sys_last_modified_at` in the body is older than the record. The arguments name the current version and the fields that changed since.',
    next: 'Read the record, apply your change to it and send it again.',
  },
  'errormessage.record.precondition.failed': {
    when: '`If-Match` names another version than the current one. The arguments name the current version and the fields that changed since.',
    next: 'Read it again, apply your change and send the new ETag.',
  },
  'errormessage.record.precondition.required': {
    when: 'The tenant demands `If-Match` on changes and the request had none.',
    next: 'Send the ETag of the version that you read.',
  },
  'errormessage.patch.path.not.found': {
    when: 'An operation of a JSON Patch names a place that the record does not have.',
    next: 'Read the record and correct the path that `reference` names.',
  },
  'errormessage.patch.test.failed': {
    when: 'A `test` operation of a JSON Patch found another value. Nothing was changed.',
    next: 'Read the record and decide again.',
  },
  'errormessage.concurrent.modification': {
    when: 'Other changes of the same data won several times in a row, or what the change refers to was removed meanwhile. Nothing was changed.',
    next: 'Send the request again.',
  },
};
