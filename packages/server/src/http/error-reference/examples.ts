import type { ArgumentOf, ArgumentType } from '../../contract/error-argument.ts';
import type { ArgumentsOf, errorArguments } from '../../error-code-arguments.ts';
import type { ErrorCode } from '../../error-codes.ts';
import {
  bytesArgument,
  dateArgument,
  decimalArgument,
  enumArgument,
  fieldsArgument,
  integerArgument,
  permissionsArgument,
  secondsArgument,
  stringArgument,
  termArgument,
  timestampArgument,
} from '../../errors.ts';

type CodeWithArguments = {
  [Code in ErrorCode]: (typeof errorArguments)[Code] extends readonly [] ? never : Code;
}[ErrorCode];

const moment = timestampArgument(new Date('2026-03-29T08:15:00Z'));
const recordId = stringArgument('3f0c9d2e-6f1b-4c37-9a52-8e4d1b7a6c05');

/** What the reference shows a text with, for each code that is given something. */
export const examples: Readonly<{ [Code in CodeWithArguments]: ArgumentsOf<Code> }> = {
  'errormessage.validation.type': [enumArgument('string')],
  'errormessage.validation.format': [enumArgument('DATE')],
  'errormessage.validation.allowed.values': [stringArgument('MEMBER_ACCOUNT, ECOM')],
  'errormessage.validation.length': [integerArgument(1), integerArgument(200)],
  'errormessage.validation.range': [decimalArgument(-90), decimalArgument(90)],
  'errormessage.validation.minimum': [decimalArgument(0.5)],
  'errormessage.validation.maximum': [decimalArgument(1234.5)],
  'errormessage.validation.term.range': [termArgument(0, 'DAY'), termArgument(30, 'DAY')],
  'errormessage.card.expired': [dateArgument('2026-02-28')],
  'errormessage.payment.request.expired': [moment],
  'errormessage.payment.request.state': [enumArgument('PREAUTHED')],
  'errormessage.payment.request.already.used': [moment, recordId, integerArgument(3)],
  'errormessage.payment.request.not.concluded': [enumArgument('CHALLENGED')],
  'errormessage.file.refused': [enumArgument('CHECKSUM')],
  'errormessage.custom.field.limit': [integerArgument(500)],
  'errormessage.custom.field.values.broken': [integerArgument(12), integerArgument(4800)],
  'errormessage.custom.field.values.unchecked': [integerArgument(50_000)],
  'errormessage.record.version.other.number': [stringArgument('berlin, zurich')],
  'errormessage.record.locked': [recordId, stringArgument('billing-service'), stringArgument('dispute')],
  'errormessage.record.reference.missing': [enumArgument('CONTACT')],
  'errormessage.bulk.load.state': [enumArgument('RUNNING')],
  'errormessage.bulk.load.offset': [integerArgument(1_048_576)],
  'errormessage.bulk.load.malformed': [integerArgument(701)],
  'errormessage.calculation.invalid': [integerArgument(17)],
  'errormessage.calculation.field.unknown': [integerArgument(17)],
  'errormessage.calculation.cycle': [stringArgument('fee__c → total__c → fee__c')],
  'errormessage.calculation.type': [enumArgument('number')],
  'errormessage.record.version.conflict': [integerArgument(4), fieldsArgument(['name', 'expires'])],
  'errormessage.record.precondition.failed': [integerArgument(4), fieldsArgument(['name', 'expires'])],
  'errormessage.permission.denied': [permissionsArgument(['PAYMENT_WRITE'])],
  'errormessage.method.not.allowed': [stringArgument('GET, HEAD, PUT')],
  'errormessage.not.acceptable': [stringArgument('application/json')],
  'errormessage.body.too.large': [bytesArgument(1_048_576)],
  'errormessage.rate.limit.exceeded': [secondsArgument(42)],
};

/** An argument of each type. */
export const argumentExamples: Readonly<{ [Type in ArgumentType]: ArgumentOf<Type>['value'] }> = {
  TIMESTAMP: moment.value,
  BOOLEAN: { value: true },
  DATE: { value: '2026-02-28' },
  MONTH_DAY: { month: 12, day: 24 },
  TIME: { value: '17:30' },
  TERM: { value: 5, unit: 'MINUTE' },
  TERM_LIST: {
    values: [
      { value: 1, unit: 'DAY' },
      { value: 2, unit: 'WEEK' },
      { value: 3, unit: 'MONTH' },
    ],
  },
  INTEGER: { value: 1234567 },
  DECIMAL: { value: -1234.5 },
  STRING: { value: 'MEMBER_ACCOUNT, ECOM' },
  MONEY: { amount: 1234.5, currency: 'CHF' },
  LIMITABLE_CONFIG_PROPERTY: { value: 1_048_576, unit: 'BYTE' },
  I18N_KEY: { value: 'argument.unlimited' },
  I18N_KEY_LIST: { values: ['enum.string', 'enum.number', 'enum.boolean'] },
  PERMISSION_LIST: { values: ['PAYMENT_WRITE', 'CUSTOMER_READ'] },
  ENUM: { value: 'PREAUTHED' },
  AVAILABILITY_LIST: {
    values: [
      { day: 'MONDAY', from: '09:00', to: '17:30' },
      { day: 'SATURDAY', from: '10:00', to: '14:00' },
    ],
  },
};
