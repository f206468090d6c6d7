import type { CustomFieldDefinition } from '../../contract/custom-field.ts';
import type { Person } from '../../contract/customer.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';

type Values = NonNullable<StoredPaymentMethod['custom_field_values']>;
type Address = NonNullable<StoredPaymentMethod['billing_address']>;
type Definitions = ReadonlyMap<string, Pick<CustomFieldDefinition, 'constraints'>>;
type Options = readonly string[] | undefined;
/** The columns of a table, each with the texts that it is limited to. */
type Columns = ReadonlyMap<string, Options>;

/** A person who does not exist, the same for the same customer; country and language are the customer's own. */
export const madeUpPerson = (customerId: number, { country, preferredLanguage }: Person): Person => ({
  firstName: 'Test',
  lastName: `Contact ${customerId}`,
  email: `contact-${customerId}@example.com`,
  ...(country === undefined ? {} : { country }),
  ...(preferredLanguage === undefined ? {} : { preferredLanguage }),
});

export const madeUpHolder = (customerId: number): string => `Test Contact ${customerId}`;

/** Where taxes and calculations look; nothing that finds a house. */
export const coarseAddress = (address: Address): Address => {
  const { city, country, country_name, county, state, time_zone_id } = address;
  return { city, country, country_name, county, state, time_zone_id };
};

/** A text of the same shape that says nothing: patterns and lengths that it kept, this one mostly keeps too. */
export const maskedText = (text: string): string =>
  text
    .replaceAll(/\p{Lu}/gu, 'X')
    .replaceAll(/(?!X)[\p{Alphabetic}\p{M}]/gu, 'x')
    .replaceAll(/\p{N}/gu, '0');

/**
 * Texts out of a closed list stay, others are masked, in whatever holds them; what is no text stays. A name that is no
 * column's was written by somebody too.
 */
function masked(value: unknown, columns: Columns, options: Options): unknown {
  if (typeof value === 'string') return options?.includes(value) ? value : maskedText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => masked(item, columns, options));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown], n) => [
      columns.has(name) ? name : `field_${n + 1}`,
      masked(field, columns, columns.get(name)),
    ]),
  );
}

/** Values of custom fields without what people wrote into them, and without files. */
export function maskedValues(values: Values, definitions: Definitions): Values {
  return values
    .filter(({ file_url_value }) => file_url_value === undefined)
    .map((value) => {
      const { constraints } = definitions.get(value.custom_field_id ?? '') ?? {};
      const columns: Columns = new Map(constraints?.columns?.map(({ id, options }) => [id, options]));
      const mask = (part: unknown) => masked(part, columns, constraints?.options);
      const { string_value, list_value, table_value } = value;
      return {
        ...value,
        ...(string_value === undefined ? {} : { string_value: String(mask(string_value)) }),
        ...(list_value === undefined ? {} : { list_value: list_value.map(mask) }),
        ...(table_value === undefined ? {} : { table_value: table_value.map(mask) }),
      };
    });
}
