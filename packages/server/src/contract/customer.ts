import { type Static, Type } from 'typebox';
import { filled, int64, oneOf, requestOf, text } from './schema.ts';
import { PaymentData } from './self-service.ts';

export const customerStatuses = ['MEMBER', 'PROSPECT', 'FORMER_MEMBER'] as const;
export type CustomerStatus = (typeof customerStatuses)[number];

/** What names or describes a person. Shared with the contact's contract, which gives the same facts other names. */
export const personFields = {
  city: Type.Optional(text(200)),
  country: Type.Optional(text(3, { description: 'ISO 3166-1 code' })),
  customerNumber: Type.Optional(text(100, { description: 'The number by which the business knows the customer' })),
  dateOfBirth: Type.Optional(Type.String({ format: 'date' })),
  email: Type.Optional(text(320, { pattern: '^[^\\s@]+@[^\\s@]+$' })),
  firstName: filled(200),
  houseNumber: Type.Optional(text(50)),
  lastName: filled(200),
  phonePrivateMobile: Type.Optional(text(50)),
  preferredLanguage: Type.Optional(text(35, { description: 'A language tag, such as `de` or `fr-LU`' })),
  street: Type.Optional(text(300)),
  thirdPartyId: Type.Optional(text(300, { description: 'The id that the customer has in another system' })),
  zipCode: Type.Optional(text(32)),
};

/** The facts about a person in the domain's own words. */
export const Person = Type.Object(personFields);
export type Person = Static<typeof Person>;

/** A customer, as answered. */
export const Customer = Type.Object({
  ...personFields,
  bankAccount: Type.Optional(PaymentData),
  contactId: Type.String({ description: 'The id of the same customer in the Records API' }),
  id: int64({ description: 'The customerId of the Customer API' }),
  status: oneOf(customerStatuses),
  uuid: Type.String({ format: 'uuid' }),
});
export type Customer = Static<typeof Customer>;

/** The body that creates a customer. */
export const CustomerCreation = requestOf(
  Type.Object({
    ...personFields,
    status: Type.Optional(oneOf(customerStatuses, { description: 'MEMBER when left out' })),
    paymentRequestToken: Type.Optional(
      filled(500, { description: 'Of a session that named no customer; the new account bills what was entered in it' }),
    ),
  }),
);
export type CustomerCreation = Static<typeof CustomerCreation>;

/** Which slice of a list the caller wants (reference: customer-api, Conventions). */
export const SliceQuery = Type.Object(
  {
    sliceSize: Type.Optional(Type.Integer({ minimum: 50, maximum: 500, description: '100 when left out' })),
    offset: Type.Optional(
      Type.String({ pattern: '^[1-9]\\d{0,15}$', description: 'The offset that the slice before answered' }),
    ),
  },
  { additionalProperties: false },
);
export type SliceQuery = Static<typeof SliceQuery>;

export const CustomerSlice = Type.Object({
  result: Type.Array(Customer),
  offset: Type.Optional(Type.String({ description: 'Send it for the next slice; absent on the last one' })),
  hasNext: Type.Boolean(),
});
export type CustomerSlice = Static<typeof CustomerSlice>;
