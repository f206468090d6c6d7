import type { ExplanationsOf } from './explanation.ts';

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
