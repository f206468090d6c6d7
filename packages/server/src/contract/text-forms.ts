import { enumArgument, OnfileError } from '../errors.ts';

/** How a text has to be written, by the name under which the catalogs describe it (`enum.<name>`). */
const formOfFormat: Readonly<Record<string, string>> = {
  'date-time': 'DATE_TIME',
  date: 'DATE',
  uuid: 'UUID',
};

const formOfPattern: Readonly<Record<string, string>> = {
  '^(?!0000)': 'DATE',
  '^[A-Z]{2}$': 'COUNTRY_CODE',
  '^[A-Z]{3}$': 'CURRENCY_CODE',
  '^[^\\s@]+@[^\\s@]+$': 'EMAIL',
  '^[\\w|-]+$': 'RECORD_ID',
  '^[a-z\\d:_-]{1,300}__c$': 'CUSTOM_FIELD_ID',
  '^[a-z\\d:_-]{1,300}__c=': 'CUSTOM_FIELD_FILTER',
  '^[a-z][a-z\\d_]{0,62}$': 'COLUMN_ID',
  '^(?:/(?:[^~/]|~[01])*)*$': 'JSON_POINTER',
  '^[a-z]+/[a-z\\d.+-]+$': 'MEDIA_TYPE_NAME',
  '^[a-z]+/[a-z\\d][a-z\\d.+-]*$': 'MEDIA_TYPE_NAME',
  '^[\\da-f]{64}$': 'SHA256',
  '^\\d{3,4}$': 'SECURITY_CODE',
  '^[1-9]\\d{0,9}$': 'PAGE_KEY',
  '^[1-9]\\d{0,14}$': 'PAGE_KEY',
  '^[1-9]\\d{0,15}$': 'PAGE_KEY',
};

/** The forms of texts that no schema checks. */
export type CheckedForm = 'COUNTRY_CODE' | 'CURRENCY_CODE' | 'EXPIRY' | 'LANGUAGE' | 'ORIGIN' | 'TIME_ZONE';

/** The refusal of a text that is not written in a form. */
export const notInForm = (form: CheckedForm, reference: string): OnfileError =>
  new OnfileError('errormessage.validation.format', { reference, args: [enumArgument(form)] });

/** Anything but spaces: a text that is not like it is as good as missing. */
export const notBlank = '\\S';

/** The name of the form that a `format` or a `pattern` of a schema asks for; undefined where it has none. */
export const formOf = (keyword: string, value: string): string | undefined =>
  keyword === 'format' ? formOfFormat[value] : formOfPattern[value];
