import { type Static, Type } from 'typebox';
import { filled, oneOf, requestOf } from './schema.ts';

/** The states that a caller can see; one that is removed is not found. */
const fileStates = ['awaiting_upload', 'stored', 'refused'] as const;

const announcedFields = {
  file_name: filled(255, { description: 'Without a path' }),
  media_type: Type.String({
    maxLength: 127,
    pattern: '^[a-z]+/[a-z\\d][a-z\\d.+-]*$',
    description: 'Such as `application/pdf`; the bytes are held to it',
  }),
  size: Type.Integer({ minimum: 1, maximum: 5_000_000_000, description: 'In bytes; exactly so many can be uploaded' }),
  sha256: Type.Optional(
    Type.String({ pattern: '^[\\da-f]{64}$', description: 'Of the bytes, in hexadecimal; they are held to it' }),
  ),
  custom_field_id: Type.Optional(
    Type.String({
      pattern: '^[a-z\\d:_-]{1,300}__c$',
      description: 'The only field that it can become a value of; any of a record’s when left out',
    }),
  ),
};

/** The body that announces a file. */
export const AnnouncedFile = requestOf(Type.Object(announcedFields));
export type AnnouncedFile = Static<typeof AnnouncedFile>;

const expiresAt = Type.String({ format: 'date-time' });

/** A file, as answered. */
export const File = Type.Object({
  ...announcedFields,
  id: Type.String(),
  state: oneOf(fileStates),
  file_url_value: Type.String({
    description: 'What a custom field value of a record refers to it by, once it is stored',
  }),
  scanned: Type.Boolean({ description: 'Whether a malware scanner has looked at it' }),
  refusal: Type.Optional(Type.String({ description: 'Why it was refused, such as `MEDIA_TYPE`' })),
  stored_payment_method_id: Type.Optional(Type.String({ description: 'The record that it belongs to' })),
  kept_until: Type.Optional(
    Type.String({ format: 'date-time', description: 'When it is removed, unless a record refers to it by then' }),
  ),
  sys_created_at: Type.String({ format: 'date-time' }),
  sys_created_by_id: Type.String(),
  upload: Type.Optional(
    Type.Object(
      {
        method: oneOf(['PUT']),
        url: Type.String(),
        headers: Type.Record(Type.String(), Type.String(), { description: 'To be sent exactly so' }),
        expires_at: expiresAt,
      },
      { description: 'Where the bytes go; in the answer to its announcement only' },
    ),
  ),
  download: Type.Optional(
    Type.Object({ url: Type.String(), expires_at: expiresAt }, { description: 'Whoever has the link gets the bytes' }),
  ),
});
export type File = Static<typeof File>;
