import { type Static, Type } from 'typebox';
import { PageQuery, pageOf } from './records-dialect.ts';
import { filled, oneOf } from './schema.ts';

/** One entry of the audit: who did what to which record, when and from where. */
export const AuditItem = Type.Object({
  number: Type.Integer({ description: 'Its place in the chain, from 1 without gaps' }),
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  action: Type.String({ description: 'Such as `stored_payment_method.replaced`' }),
  actor: Type.Object({
    kind: Type.String({ description: 'Such as `api-key`, `client`, `session`, `command-line` or `worker`' }),
    id: Type.String(),
  }),
  source_address: Type.Optional(Type.String({ description: 'Where the request came from' })),
  trace_id: Type.String({ description: 'Of the request or job that did it' }),
  subject: Type.Object({
    kind: Type.String({ description: 'Such as `stored_payment_method`' }),
    id: Type.String(),
    version: Type.Optional(Type.Integer({ description: 'That it made, or that was read' })),
  }),
  details: Type.Optional(
    Type.Object({}, { additionalProperties: true, description: 'What was there before and after, masked' }),
  ),
  details_missing: Type.Optional(
    oneOf(['destroyed', 'changed'], {
      description: '`destroyed`: with the key of the customer; `changed`: they do not open as they were sealed',
    }),
  ),
});
export type AuditItem = Static<typeof AuditItem>;

/** The oldest entry first. A page may hold fewer than `limit`, or none, while more follow. */
export const AuditPage = pageOf(AuditItem);

export const AuditFilter = Type.Object({
  subject_id: Type.Optional(filled(300, { description: 'Of a record, customer, key, …' })),
  action: Type.Optional(filled(100)),
  actor_id: Type.Optional(filled(300)),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'At or after this instant' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Before this instant' })),
});
export type AuditFilter = Static<typeof AuditFilter>;

export const AuditQuery = Type.Object(
  {
    ...AuditFilter.properties,
    ...PageQuery.properties,
    exclusiveStartKey: Type.Optional(
      Type.String({ pattern: '^[1-9]\\d{0,14}$', description: 'The LastEvaluatedKey of the page before' }),
    ),
  },
  { additionalProperties: false },
);
export type AuditQuery = Static<typeof AuditQuery>;
