// European Payments Council, EPC409-09: by the country of the IBAN; territories have the IBANs of theirs.
const countries = new Set(
  (
    'AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS ' +
    'SE SI SK SM VA'
  ).split(' '),
);

/** Whether accounts with an IBAN of this country (ISO 3166-1 alpha-2) take SEPA direct debits. */
export const isSepaCountry = (country: string): boolean => countries.has(country);
