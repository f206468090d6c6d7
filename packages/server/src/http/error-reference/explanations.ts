import type { ErrorCode } from '../../error-codes.ts';
import { ofAccess } from './access.ts';
import { ofBulk } from './bulk.ts';
import { ofConfiguration } from './configuration.ts';
import type { Explanation } from './explanation.ts';
import { ofFiles } from './files.ts';
import { ofHttp } from './http.ts';
import { ofInstruments } from './instruments.ts';
import { ofPayments } from './payments.ts';
import { ofPeople } from './people.ts';
import { ofRecords } from './records.ts';
import { ofValidation } from './validation.ts';

/** What is said of each code. */
export const explanations: Readonly<Record<ErrorCode, Explanation>> = {
  ...ofValidation,
  ...ofInstruments,
  ...ofPayments,
  ...ofRecords,
  ...ofPeople,
  ...ofFiles,
  ...ofBulk,
  ...ofConfiguration,
  ...ofAccess,
  ...ofHttp,
};

const codesOf = (explained: Readonly<Partial<Record<ErrorCode, Explanation>>>): ErrorCode[] =>
  Object.keys(explained) as ErrorCode[];

/** The codes by what they are about, in the order of the reference. */
export const groups: readonly { title: string; codes: readonly ErrorCode[] }[] = [
  { title: 'What was sent', codes: codesOf(ofValidation) },
  { title: 'Cards and bank accounts', codes: codesOf(ofInstruments) },
  { title: 'Sessions and payment requests', codes: codesOf(ofPayments) },
  { title: 'Stored payment methods', codes: codesOf(ofRecords) },
  { title: 'Customers, contacts and merchant accounts', codes: codesOf(ofPeople) },
  { title: 'Files', codes: codesOf(ofFiles) },
  { title: 'Bulk loads and operations', codes: codesOf(ofBulk) },
  { title: 'Custom fields and configuration', codes: codesOf(ofConfiguration) },
  { title: 'Who calls', codes: codesOf(ofAccess) },
  { title: 'The request as such', codes: codesOf(ofHttp) },
];
