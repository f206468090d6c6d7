import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countrySpecs, isSEPACountry } from 'ibantools';
import { isSepaCountry } from './sepa-countries.ts';

test('SEPA has the countries that ibantools knows, and the five that joined in 2024 and 2025', () => {
  const joined = Object.keys(countrySpecs).filter((country) => isSepaCountry(country) && !isSEPACountry(country));
  assert.deepEqual(joined.toSorted(), ['AL', 'MD', 'ME', 'MK', 'RS']);
  assert.deepEqual(
    Object.keys(countrySpecs).filter((country) => isSEPACountry(country) && !isSepaCountry(country)),
    [],
  );
});

test('countries outside of SEPA have IBANs all the same', () => {
  for (const country of ['TR', 'BR', 'SA']) assert.equal(isSepaCountry(country), false);
});
