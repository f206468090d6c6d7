import type { ExplanationsOf } from './explanation.ts';

export const ofValidation: ExplanationsOf<'validation.'> = {
  'errormessage.validation.required': {
    when: 'A field that must be there is missing, `null` or empty.',
    next: 'Send the field that `reference` names.',
  },
  'errormessage.validation.type': {
    when: 'A value has another JSON type than its field: a text for a number, a list for an object.',
    next: 'Send the type that the argument names.',
  },
  'errormessage.validation.value': {
    when: 'A value breaks a rule of its field that no other code speaks of, such as a day or a country that does not exist.',
    next: 'Compare the value with the description of the field in the API reference.',
  },
  'errormessage.validation.format': {
    when: 'A text is not written as its field asks for.',
    next: 'Write it in the form that the argument names.',
  },
  'errormessage.validation.allowed.values': {
    when: 'A value is none of those that its field takes.',
    next: 'Send one of the values in the argument, exactly as it is written there.',
  },
  'errormessage.validation.length': {
    when: 'A text has too few or too many characters, or a list too few or too many items.',
    next: 'Stay between the two lengths in the arguments.',
  },
  'errormessage.validation.range': {
    when: 'A number lies outside a range with two ends.',
    next: 'Send a number between the two in the arguments; both are allowed.',
  },
  'errormessage.validation.minimum': {
    when: 'A number is below the least one that its field takes.',
    next: 'Send at least the number in the argument.',
  },
  'errormessage.validation.maximum': {
    when: 'A number is above the greatest one that its field takes.',
    next: 'Send at most the number in the argument.',
  },
  'errormessage.validation.term.range': {
    when: 'A length of time, such as the overlap of a rotation, is too short or too long.',
    next: 'Stay between the two times in the arguments.',
  },
  'errormessage.validation.unknown.field': {
    when: 'The body or the query has a field that the operation does not know. It is refused, so that a misspelt one is never dropped.',
    next: 'Correct the name in `reference`, or leave the field out.',
  },
  'errormessage.validation.duplicate': {
    when: 'Something that may be there once is there twice: a query key, an item of a list, a column of a file.',
    next: 'Send it once.',
  },
  'errormessage.validation.exclusive': {
    when: 'Of several fields exactly one must be given, and there were none or several.',
    next: 'Send exactly one of them.',
  },
  'errormessage.validation.nesting': {
    when: 'The JSON has more than 32 levels, or a patch would make a record so.',
    next: 'Flatten the data.',
  },
  'errormessage.validation.json': {
    when: 'The body is not one JSON value.',
    next: 'Send what a JSON library writes.',
  },
  'errormessage.validation.encoding': {
    when: 'A text is not UTF-8, or holds a NUL or half of a surrogate pair, which cannot be stored.',
    next: 'Send UTF-8 without such characters.',
  },
  'errormessage.validation.url': {
    when: 'The path or the query is not percent-encoded UTF-8, or a part of the path has more than 512 characters.',
    next: 'Encode every part of the URL, for example by `encodeURIComponent`.',
  },
  'errormessage.validation.id.mismatch': {
    when: 'The body of a PUT names another id than its path.',
    next: 'Send the same id in both places, or leave it out of the body.',
  },
  'errormessage.validation.server.generated': {
    when: 'The body of a creation gives a value that the server makes, such as `id`.',
    next: 'Leave the value out and read it from the answer.',
  },
  'errormessage.validation.header': {
    when: 'A header cannot be understood or is there twice: a malformed `If-Match`, two `Host`, an unclear body length.',
    next: 'Correct the header that `reference` names.',
  },
  'errormessage.validation.idempotency.key': {
    when: '`Idempotency-Key` has no or more than 255 characters, or others than printable ASCII without spaces.',
    next: 'Send a new random key, such as a UUID.',
  },
};
