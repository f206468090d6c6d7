import { type Static, Type } from 'typebox';
import { customerStatuses, personFields } from './customer.ts';
import { optionalVersionFields, pageOf, versionFields } from './records-dialect.ts';
import { filled, int64, oneOf, requestOf } from './schema.ts';

const Address = Type.Object({
  city: personFields.city,
  country: personFields.country,
  house_number: personFields.houseNumber,
  line1: personFields.street,
  postal_code: personFields.zipCode,
});

/** The facts of a customer under the names of this dialect; each has its one counterpart there. */
const ownFields = {
  address: Type.Optional(Address),
  customer_number: personFields.customerNumber,
  date_of_birth: personFields.dateOfBirth,
  email: personFields.email,
  first_name: personFields.firstName,
  last_name: personFields.lastName,
  phone: personFields.phonePrivateMobile,
  preferred_language: personFields.preferredLanguage,
  sys_external_id: personFields.thirdPartyId,
};

const id = filled(200, { description: 'Made by the server; the contact_id of stored payment methods' });
const customerId = int64({ description: 'The id of the same contact in the Customer API' });
const isActive = Type.Boolean({ description: 'A contact that is not active gets no new payment methods' });

/** A contact, as answered: the customer in the words of the Records API. */
export const Contact = Type.Object({
  ...ownFields,
  ...versionFields,
  customer_id: customerId,
  id,
  is_active: isActive,
  status: oneOf(customerStatuses),
});
export type Contact = Static<typeof Contact>;

/** The body that creates or replaces a contact: the same fields, so that an answer can be sent back as it is. */
export const WrittenContact = requestOf(
  Type.Object({
    ...ownFields,
    ...optionalVersionFields,
    customer_id: Type.Optional(customerId),
    id: Type.Optional(id),
    is_active: Type.Optional(isActive),
    status: Type.Optional(oneOf(customerStatuses)),
  }),
);
export type WrittenContact = Static<typeof WrittenContact>;

export const ContactPage = pageOf(Contact);
