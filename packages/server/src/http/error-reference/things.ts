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

export const ofFiles: ExplanationsOf<'file.'> = {
  'errormessage.file.not.found': {
    when: 'There is no such file, or the caller may not know of it.',
    next: 'Check the id; a file that no record names is removed 24 hours after it was announced.',
  },
  'errormessage.file.not.uploaded': {
    when: 'A file was completed before its bytes were uploaded.',
    next: 'Upload the bytes by the link of the announcement, then complete it.',
  },
  'errormessage.file.refused': {
    when: 'What was uploaded is not what was announced, or the malware scanner did not pass it; the argument says which.',
    next: 'Announce the file again and upload it anew.',
  },
  'errormessage.file.taken': {
    when: 'The file is named by another record, or was announced for another field.',
    next: 'Upload it again for this record and field.',
  },
  'errormessage.file.link.invalid': {
    when: 'A link to upload or download is wrong or over, or its file is gone.',
    next: 'Ask for a new link.',
  },
};

export const ofBulk: ExplanationsOf<'bulk.'> = {
  'errormessage.bulk.load.not.found': {
    when: 'There is no such bulk load, or it belongs to another tenant.',
    next: 'Check the id.',
  },
  'errormessage.bulk.load.state': {
    when: 'The bulk load is too far along, or not far enough, for what was asked; the argument names its state.',
    next: 'Read the load to see how far it is.',
  },
  'errormessage.bulk.load.offset': {
    when: 'A part of a file does not begin where the load’s bytes end; the argument says where they end.',
    next: 'Go on from that byte.',
  },
  'errormessage.bulk.load.malformed': {
    when: 'The file cannot be taken apart from the row in the argument on, for example for a quote that is never closed.',
    next: 'Correct the file there and load it again; rows before it are done.',
  },
  'errormessage.bulk.load.other.caller': {
    when: 'Another caller opened the load.',
    next: 'Open a load of your own.',
  },
  'errormessage.bulk.operation.not.found': {
    when: 'There is no such bulk data operation, or it belongs to another tenant.',
    next: 'Check the id.',
  },
  'errormessage.bulk.operation.not.over': {
    when: 'An operation was to be undone while it is at work.',
    next: 'Wait until it is over, or cancel it first.',
  },
};

export const ofConfiguration: ExplanationsOf<'custom.' | 'configuration.' | 'calculation.' | 'recalculation.'> = {
  'errormessage.custom.field.not.found': {
    when: 'There is no such custom field, or it belongs to another tenant.',
    next: 'Check the id in the list of custom fields.',
  },
  'errormessage.custom.field.exists': {
    when: 'A custom field was to be created by an id that is taken, perhaps by one that is not active.',
    next: 'Change that field, or choose another id.',
  },
  'errormessage.custom.field.limit': {
    when: 'The tenant has as many custom fields as there can be.',
    next: 'Change one that is no longer needed.',
  },
  'errormessage.custom.field.values.broken': {
    when: 'Values on file break the changed definition. The arguments say how many records, of how many that were looked at.',
    next: 'Preview the change to see which, or send `accept_broken_values=true`.',
  },
  'errormessage.custom.field.values.unchecked': {
    when: 'There are too many records to look at all of them within a request.',
    next: 'Preview the change page by page, then send it with `accept_broken_values=true`.',
  },
  'errormessage.configuration.snapshot.not.found': {
    when: 'There is no such configuration snapshot, or it belongs to another tenant.',
    next: 'Check the id.',
  },
  'errormessage.configuration.snapshot.restore.not.found': {
    when: 'There is no such restore, or it belongs to another tenant.',
    next: 'Check the id.',
  },
  'errormessage.calculation.invalid': {
    when: 'The expression of a calculated field is not of the language, from the character in the argument on.',
    next: 'Correct it there; the guide lists the functions.',
  },
  'errormessage.calculation.field.unknown': {
    when: 'The expression reads a field that does not exist or cannot be calculated with.',
    next: 'Check the field id at the character in the argument.',
  },
  'errormessage.calculation.cycle': {
    when: 'Calculated fields would read each other in the circle that the argument shows.',
    next: 'Let one of them read something else.',
  },
  'errormessage.calculation.type': {
    when: 'The expression does not give what the type of its field holds.',
    next: 'Change the expression, or give the field another type.',
  },
  'errormessage.calculation.too.costly': {
    when: 'All calculations of one record together could take too long on the largest record that there can be.',
    next: 'Shorten the expression, or give the fields that it reads a greatest length.',
  },
  'errormessage.recalculation.not.found': {
    when: 'There is no such recalculation, or it belongs to another tenant.',
    next: 'Check the id.',
  },
};
