import { type Static, type TObject, Type } from 'typebox';
import { bulkDataOperationKinds } from './bulk-data-operation.ts';
import { instrumentMatches, paymentChoices, paymentRequestStatuses } from './payments.ts';
import { filled, int64, oneOf } from './schema.ts';
import { recordTypes } from './stored-payment-method.ts';
import { attemptLimits } from './tenant-settings.ts';

const closed = { additionalProperties: false };
const customerId = int64();
const changedFields = Type.Array(Type.String(), {
  description: 'Top-level fields that differ from the version before; empty for the first',
});

const recordData = { customer_id: customerId, type: oneOf(recordTypes), changed_fields: changedFields };

const bulkOperationData = {
  kind: oneOf(bulkDataOperationKinds),
  undoes: Type.Optional(Type.String({ description: 'Of an undo: the operation that it undoes' })),
};

/** Of an account that bills a record: it was put there, and renewed by what was entered, if anything was. */
const billedRecord = Type.Object({ ...recordData, match: oneOf(instrumentMatches) }, closed);
/** Of an account that bills no record. */
const billedOffline = Type.Object(
  {
    customer_id: customerId,
    payment_choice: oneOf(paymentChoices),
    earlier_stored_payment_method_id: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);

/**
 * What the events of each group of types tell, beside their subject. All of it is masked: ids, states and names of
 * fields, no personal data, no number, no token. A group whose data changes gets new types or a next version.
 */
const groups = {
  tenant: {
    types: ['tenant.updated'],
    subject: 'tenant',
    data: Type.Object({ changed_fields: changedFields }, closed),
  },
  customer: {
    types: ['customer.created', 'contact.created', 'contact.updated', 'contact.deactivated'],
    subject: 'customer',
    data: Type.Object(
      {
        customer_id: customerId,
        contact_id: Type.String(),
        is_active: Type.Boolean(),
        changed_fields: changedFields,
      },
      closed,
    ),
  },
  erasedCustomer: {
    types: ['contact.erased'],
    subject: 'customer',
    data: Type.Object(
      {
        customer_id: customerId,
        contact_id: Type.String(),
        stored_payment_method_ids: Type.Array(Type.String(), { description: 'Of the records that went with it' }),
      },
      closed,
    ),
  },
  merchantAccount: {
    types: ['merchant_account.created', 'merchant_account.updated', 'merchant_account.deactivated'],
    subject: 'merchant_account',
    data: Type.Object({ is_active: Type.Boolean(), changed_fields: changedFields }, closed),
  },
  customField: {
    types: ['custom_field.created', 'custom_field.updated'],
    subject: 'custom_field',
    data: Type.Object({ is_active: Type.Boolean(), changed_fields: changedFields }, closed),
  },
  paymentRequest: {
    types: ['payment_request.concluded'],
    subject: 'payment_request',
    data: Type.Object(
      {
        status: oneOf(paymentRequestStatuses),
        reason: Type.Optional(Type.String({ pattern: '^[a-z_]+$', description: 'Why it was declined or failed' })),
      },
      closed,
    ),
  },
  limitedSession: {
    types: ['payment_session.velocity_limited'],
    subject: 'payment_session',
    data: Type.Object(
      {
        limit: oneOf(attemptLimits, { description: 'Which of the limits on failed attempts was reached' }),
        failed_attempts: Type.Integer({ description: 'So many are allowed' }),
        customer_id: Type.Union([customerId, Type.Null()], { description: 'Null: nobody’s session yet' }),
      },
      closed,
    ),
  },
  record: {
    types: [
      'stored_payment_method.created',
      'stored_payment_method.replaced',
      'stored_payment_method.patched',
      'stored_payment_method.deleted',
      'stored_payment_method.locked',
      'stored_payment_method.unlocked',
      'stored_payment_method.token_added',
      'stored_payment_method.recalculated',
    ],
    subject: 'stored_payment_method',
    data: Type.Object(
      {
        ...recordData,
        lock_overridden: Type.Optional(
          Type.Boolean({ description: 'There, and true, when the record was locked, and stays so' }),
        ),
      },
      closed,
    ),
  },
  bulkDataOperation: {
    types: ['bulk_data_operation.ordered', 'bulk_data_operation.cancelled'],
    subject: 'bulk_data_operation',
    data: Type.Object(bulkOperationData, closed),
  },
  bulkDataOperationDone: {
    types: ['bulk_data_operation.done'],
    subject: 'bulk_data_operation',
    data: Type.Object(
      {
        ...bulkOperationData,
        changed: Type.Integer(),
        unchanged: Type.Integer(),
        failed: Type.Integer(),
        skipped: Type.Integer(),
      },
      closed,
    ),
  },
  restoredRecord: {
    types: ['stored_payment_method.restored'],
    subject: 'stored_payment_method',
    data: Type.Object({ ...recordData, restored_version: Type.Integer() }, closed),
  },
  billedRecord: {
    types: ['account_payment_instrument.replaced'],
    subject: 'stored_payment_method',
    data: billedRecord,
  },
  billedOffline: {
    types: ['account_payment_instrument.replaced'],
    subject: 'customer',
    data: billedOffline,
  },
} as const satisfies Record<string, { types: readonly string[]; subject: string; data: TObject }>;

type Group = (typeof groups)[keyof typeof groups];

export type EventType = Group['types'][number];
export type EventSubject = Group['subject'];

/** What the events of a type tell. */
export type EventData<Name extends EventType> = {
  [Key in keyof typeof groups]: Name extends (typeof groups)[Key]['types'][number]
    ? Static<(typeof groups)[Key]['data']>
    : never;
}[keyof typeof groups];

export const eventTypes: readonly EventType[] = [
  ...new Set(Object.values(groups).flatMap(({ types }): readonly EventType[] => types)),
];

/** What an event of this type with this data is about. */
export function subjectOfEvent(type: EventType, data: object): EventSubject {
  if (type === 'account_payment_instrument.replaced') {
    return 'payment_choice' in data ? groups.billedOffline.subject : groups.billedRecord.subject;
  }
  const found = Object.values(groups).find(({ types }) => types.some((known) => known === type));
  if (!found) throw new Error('an event of a type that is not known');
  return found.subject;
}

const eventOf = <const Types extends readonly string[], Subject extends string, Data extends TObject>({
  types,
  subject,
  data,
}: {
  types: Types;
  subject: Subject;
  data: Data;
}) =>
  Type.Object(
    {
      number: int64({ description: 'Counts the tenant’s events from 1, without gaps' }),
      id: Type.String({ format: 'uuid' }),
      type: oneOf(types),
      version: Type.Literal(1, { description: 'Of the form of `data`' }),
      at: Type.String({ format: 'date-time', description: 'When it happened' }),
      subject: Type.Object(
        {
          kind: oneOf([subject]),
          id: Type.String(),
          version: Type.Optional(Type.Integer({ description: 'The version of the subject that the change made' })),
        },
        closed,
      ),
      data,
    },
    closed,
  );

export const Event = Type.Union([
  eventOf(groups.tenant),
  eventOf(groups.customer),
  eventOf(groups.erasedCustomer),
  eventOf(groups.merchantAccount),
  eventOf(groups.customField),
  eventOf(groups.paymentRequest),
  eventOf(groups.limitedSession),
  eventOf(groups.record),
  eventOf(groups.bulkDataOperation),
  eventOf(groups.bulkDataOperationDone),
  eventOf(groups.restoredRecord),
  eventOf(groups.billedRecord),
  eventOf(groups.billedOffline),
]);
export type Event = Static<typeof Event>;

/** How long a request may wait for something new, in seconds. */
export const longestWait = 30;

export const EventQuery = Type.Object(
  {
    after: Type.Optional(
      int64({ minimum: 0, description: 'The number of the last event that the caller has; 0 when left out' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 when left out' })),
    wait: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: longestWait,
        description: 'Seconds that the answer may wait for an event, when there is none yet; 0 when left out',
      }),
    ),
    types: Type.Optional(filled(2000, { description: 'Names of types, separated by commas; all when left out' })),
  },
  closed,
);
export type EventQuery = Static<typeof EventQuery>;

/** Events in the order of their numbers. A page that leaves types out may be empty though more follow. */
export const EventPage = Type.Object({
  Count: Type.Integer(),
  Items: Type.Array(Event),
  LastEvaluatedKey: Type.Optional(Type.String({ description: 'There while more follow: send it as `after`' })),
  last_number: int64({ description: 'Up to where events were looked at, always there: send it as `after` next time' }),
});
export type EventPage = Static<typeof EventPage>;
