import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { defineField } from './harness/custom-fields.ts';
import { bearer, createRecord, getRecord } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  await defineField(server, acme, { id: 'size__c', type: 'numeric', constraints: { maximum: 100 } });
});

after(() => server.stop());

const patch = (id: string, operations: object[]): Promise<Answer> =>
  server.call('PATCH', `/storedPaymentMethods/acme/${id}`, { headers: bearer(acme), body: operations });

const red = { custom_field_id: 'colour__c', string_value: 'red' };
const seven = { custom_field_id: 'size__c', numeric_value: 7 };
const withBoth = () => createRecord(server, acme, { custom_field_values: [red, seven] });

/** What a patch of a record with both values makes of them. */
async function patched(...operations: object[]): Promise<unknown> {
  const { id } = await withBoth();
  const { status, body } = await patch(id, operations);
  assert.equal(status, 200, JSON.stringify(body));
  return body.custom_field_values;
}

describe('a patch that names a custom field by its id', () => {
  it('changes that one value, wherever it stands in the list', async () => {
    const path = '/custom_field_values/size__c/numeric_value';
    assert.deepEqual(await patched({ op: 'replace', path, value: 8 }), [red, { ...seven, numeric_value: 8 }]);
    assert.deepEqual(await patched({ op: 'add', path, value: 9 }), [red, { ...seven, numeric_value: 9 }]);
    assert.deepEqual(await patched({ op: 'remove', path: '/custom_field_values/colour__c' }), [seven]);
    assert.deepEqual(
      await patched({ op: 'remove', path: '/custom_field_values/0' }, { op: 'replace', path, value: 1 }),
      [{ ...seven, numeric_value: 1 }],
    );
  });

  it('replaces a whole value, and may leave its id out', async () => {
    const path = '/custom_field_values/colour__c';
    const blue = { string_value: 'blue' };
    for (const op of ['add', 'replace']) {
      for (const value of [blue, { ...red, ...blue }]) {
        assert.deepEqual(await patched({ op, path, value }), [{ ...red, ...blue }, seven]);
      }
    }
    const other = { custom_field_id: 'size__c', string_value: 'blue' };
    const answer = await patch((await withBoth()).id, [{ op: 'add', path, value: other }]);
    assertRefused(answer, 400, 'validation.id.mismatch', '[0].value.custom_field_id');
  });

  it('makes the value when there is none yet', async () => {
    const made = { custom_field_id: 'made__c', string_value: 'new' };
    for (const operation of [
      { op: 'add', path: '/custom_field_values/made__c', value: { string_value: 'new' } },
      { op: 'add', path: '/custom_field_values/made__c/string_value', value: 'new' },
      { op: 'copy', from: '/name', path: '/custom_field_values/made__c/string_value' },
    ]) {
      const { id } = await createRecord(server, acme, { name: 'new' });
      const { body } = await patch(id, [operation]);
      assert.deepEqual(body.custom_field_values, [made], JSON.stringify(body));
      assert.deepEqual(await patched({ op: 'replace', path: '/name', value: 'new' }, operation), [red, seven, made]);
    }
  });

  it('copies and moves values from field to field', async () => {
    const copied = { custom_field_id: 'other__c', string_value: 'red' };
    const [from, path] = ['/custom_field_values/colour__c', '/custom_field_values/other__c'];
    assert.deepEqual(await patched({ op: 'copy', from, path }), [red, seven, copied]);
    assert.deepEqual(await patched({ op: 'move', from, path }), [seven, copied]);
    const parts = { op: 'move', from: `${from}/string_value`, path: `${path}/string_value` };
    assert.deepEqual(await patched(parts, { op: 'remove', path: from }), [seven, copied]);
  });

  it('is tested against what is there', async () => {
    const path = '/custom_field_values/colour__c';
    const rest = { op: 'remove', path };
    for (const value of [red, { string_value: 'red' }]) {
      assert.deepEqual(await patched({ op: 'test', path, value }, rest), [seven]);
    }
    assert.deepEqual(await patched({ op: 'test', path: `${path}/string_value`, value: 'red' }, rest), [seven]);
    const { id } = await withBoth();
    const wrong = await patch(id, [{ op: 'test', path: `${path}/string_value`, value: 'blue' }, rest]);
    assertRefused(wrong, 409, 'patch.test.failed', 'custom_field_values[0].string_value');
    const absent = await patch(id, [{ op: 'test', path: '/custom_field_values/none__c', value: red }]);
    assertRefused(absent, 409, 'patch.test.failed', 'custom_field_values.none__c');
    const other = await patch(id, [{ op: 'test', path, value: { ...red, custom_field_id: 'size__c' } }]);
    assertRefused(other, 409, 'patch.test.failed', 'custom_field_values[0]');
  });

  it('is refused where nothing is to be changed, and by the rules of the field', async () => {
    const { id } = await withBoth();
    const nowhere: [reference: string, operation: object][] = [
      ['[0].path', { op: 'replace', path: '/custom_field_values/none__c', value: { string_value: 'red' } }],
      ['[0].path', { op: 'replace', path: '/custom_field_values/none__c/string_value', value: 'red' }],
      ['[0].path', { op: 'remove', path: '/custom_field_values/none__c' }],
      ['[0].path', { op: 'add', path: '/custom_field_values/none__c/list_value/0', value: 'red' }],
      ['[0].path', { op: 'remove', path: '/custom_field_values/colour__c/list_value' }],
      ['[0].path', { op: 'add', path: '/custom_field_values/colour', value: red }],
      ['[0].from', { op: 'copy', from: '/custom_field_values/none__c', path: '/name' }],
    ];
    for (const [reference, operation] of nowhere) {
      assertRefused(await patch(id, [operation]), 400, 'patch.path.not.found', reference);
    }
    const path = '/custom_field_values/size__c/numeric_value';
    const tooLarge = await patch(id, [{ op: 'replace', path, value: 101 }]);
    assertRefused(tooLarge, 400, 'validation.maximum', 'custom_field_values[1].numeric_value');
    const two = await patch(id, [{ op: 'add', path: '/custom_field_values/colour__c/numeric_value', value: 1 }]);
    assertRefused(two, 400, 'validation.exclusive', 'custom_field_values[0]');
    const unknown = await patch(id, [{ op: 'add', path: '/custom_field_values/colour__c/made_up', value: 1 }]);
    assertRefused(unknown, 400, 'validation.unknown.field', 'custom_field_values[0].made_up');
    const card = { op: 'add', path: '/custom_field_values/made__c/string_value', value: '4242 4242 4242 4242' };
    assertRefused(await patch(id, [card]), 400, 'card.number.found', 'custom_field_values[2].string_value');
    assert.equal((await getRecord(server, acme, id)).body.sys_version, 1);
  });

  it('loses none of 16 that change different fields at once', async () => {
    const fields = Array.from({ length: 16 }, (_, n) => `field_${n}__c`);
    const { id } = await createRecord(server, acme);
    const answers = await Promise.all(
      fields.map((field, n) =>
        patch(id, [{ op: 'add', path: `/custom_field_values/${field}/numeric_value`, value: n }]),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      fields.map(() => 200),
    );
    const { body } = await getRecord(server, acme, id);
    assert.equal(body.sys_version, 17);
    const values = new Map(body.custom_field_values.map((value: any) => [value.custom_field_id, value.numeric_value]));
    assert.deepEqual(
      fields.map((field) => values.get(field)),
      fields.map((_, n) => n),
    );
  });
});
