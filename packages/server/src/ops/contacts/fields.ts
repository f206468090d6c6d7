import type { Contact, WrittenContact } from '../../contract/contact.ts';
import type { Person } from '../../contract/customer.ts';
import type { CustomerRow } from '../../store/customers.ts';

/** What this dialect calls the facts that have rules of their own. */
export const contactNames = {
  country: 'address.country',
  dateOfBirth: 'date_of_birth',
  preferredLanguage: 'preferred_language',
};

/** The facts of a contact in the domain's words. */
export const personOf = (contact: WrittenContact): Person => ({
  city: contact.address?.city,
  country: contact.address?.country,
  customerNumber: contact.customer_number,
  dateOfBirth: contact.date_of_birth,
  email: contact.email,
  firstName: contact.first_name,
  houseNumber: contact.address?.house_number,
  lastName: contact.last_name,
  phonePrivateMobile: contact.phone,
  preferredLanguage: contact.preferred_language,
  street: contact.address?.line1,
  thirdPartyId: contact.sys_external_id,
  zipCode: contact.address?.postal_code,
});

/** The customer as the Records API shows it. */
export const presentContact = (row: CustomerRow, person: Person): Contact => ({
  address: addressOf(person),
  customer_id: row.customer_id,
  customer_number: person.customerNumber,
  date_of_birth: person.dateOfBirth,
  email: person.email,
  first_name: person.firstName,
  id: row.contact_id,
  is_active: row.is_active,
  last_name: person.lastName,
  phone: person.phonePrivateMobile,
  preferred_language: person.preferredLanguage,
  status: row.status,
  sys_created_at: row.created_at.toISOString(),
  sys_external_id: person.thirdPartyId,
  sys_last_modified_at: row.modified_at.toISOString(),
  sys_version: row.version,
});

function addressOf(person: Person): Contact['address'] {
  const address = {
    city: person.city,
    country: person.country,
    house_number: person.houseNumber,
    line1: person.street,
    postal_code: person.zipCode,
  };
  return Object.values(address).some((part) => part !== undefined) ? address : undefined;
}
