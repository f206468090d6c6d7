import { v7 as timeOrderedUuid } from 'uuid';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';

const prefix = 'urn:onfile:file:';

export const newFileId = (): string => `file_${timeOrderedUuid()}`;

/** What custom field values refer to a file by: it stays, whatever link leads to the bytes. */
export const urnOfFile = (fileId: string): string => `${prefix}${fileId}`;

/** A value of a record that refers to a file of ours. */
export type FileReference = { fileId: string; customFieldId: string; path: string };

/** The references among a record's values; any other URL leads elsewhere and is none of ours. */
export const fileReferences = (values: StoredPaymentMethod['custom_field_values']): FileReference[] =>
  (values ?? []).flatMap(({ custom_field_id: customFieldId = '', file_url_value: url }, n) =>
    url?.toLowerCase().startsWith(prefix)
      ? [{ fileId: url.slice(prefix.length), customFieldId, path: `custom_field_values[${n}].file_url_value` }]
      : [],
  );
