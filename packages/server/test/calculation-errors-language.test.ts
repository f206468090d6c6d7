import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { defineFields, valuesOf } from './harness/calculated-fields.ts';
import { bearer, createRecord, getRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const german = 'Die Berechnung teilt durch null.';
const polish = 'Obliczenie dzieli przez zero.';

describe('why a field could not be calculated', () => {
  let server: TestServer;
  let tenant: TestTenant;
  let id: string;

  const inLanguage = (language: string): Record<string, string> => ({
    ...bearer(tenant),
    'accept-language': language,
  });
  const read = (language: string, rest = '') =>
    server.call('GET', `/storedPaymentMethods/${tenant.tenantId}/${id}${rest}`, { headers: inLanguage(language) });

  before(async () => {
    server = await startTestServer();
    tenant = await server.tenant('calculation-languages');
    await defineFields(server, tenant, {
      people__c: { type: 'numeric' },
      share__c: { type: 'numeric', calculation: '100 / int(fields.people__c)' },
      text__c: { type: 'string', calculation: '"each " + string(fields.share__c)' },
    });
    const custom_field_values = [{ custom_field_id: 'people__c', numeric_value: 0 }];
    id = (await createRecord(server, tenant, { custom_field_values })).id;
  });
  after(() => server.stop());

  it('is told to each reader in their language, in the record, its versions and lists', async () => {
    const { body } = await read('de');
    assert.deepEqual(body.sys_calculated_field_errors, [
      { field: 'share__c', error: german },
      { field: 'text__c', error: 'Die Berechnung liest share__c, dessen eigene Berechnung fehlgeschlagen ist.' },
    ]);
    assert.match((await read('pl')).body.sys_calculated_field_error, new RegExp(`^share__c: ${polish}; text__c: `));
    const { body: earlier } = await read('pl', `?as_of=${body.sys_last_modified_at}`);
    assert.equal(earlier.sys_calculated_field_errors[0].error, polish);
    const { body: list } = await server.call(
      'GET',
      `/storedPaymentMethods/${tenant.tenantId}/contact/${body.contact_id}`,
      { headers: inLanguage('de-CH') },
    );
    assert.equal(list.Items[0].sys_calculated_field_errors[0].error, german);
  });

  it('is in English for a language that has no texts, and in the tenant’s without a wish', async () => {
    for (const language of ['ja', '*']) {
      assert.equal((await read(language)).body.sys_calculated_field_errors[0].error, 'It divides by zero.', language);
    }
  });

  it('is no change of the record when only the reader’s language is another', async () => {
    const { body: record } = await read('de');
    const { body: saved } = await server.call('PUT', `/storedPaymentMethods/${tenant.tenantId}/${id}`, {
      headers: inLanguage('pl'),
      body: { ...record, name: 'Renamed' },
    });
    assert.equal(saved.sys_calculated_field_errors[0].error, polish);
    const late = await server.call('PUT', `/storedPaymentMethods/${tenant.tenantId}/${id}`, {
      headers: inLanguage('fr'),
      body: record,
    });
    assert.equal(late.status, 409);
    assert.deepEqual(late.body.typedArgs[1].value.values, ['name']);
    assert.deepEqual(valuesOf((await getRecord(server, tenant, id)).body), { people__c: 0 });
  });
});
