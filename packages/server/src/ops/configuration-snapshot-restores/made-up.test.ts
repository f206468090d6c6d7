import assert from 'node:assert/strict';
import { it } from 'node:test';
import { maskedText, maskedValues } from './made-up.ts';

it('a masked text keeps its shape and nothing else', () => {
  for (const [text, masked] of [
    ['Kennt den Hausmeister', 'Xxxxx xxx Xxxxxxxxxxx'],
    ['QZ-481/b', 'XX-000/x'],
    ['ada@example.com', 'xxx@xxxxxxx.xxx'],
    ['Ünal Öz, 42', 'Xxxx Xx, 00'],
    ['Иван 李 ٣', 'Xxxx x 0'],
    ['अनिता Ⓐⓝⓝ🄰', 'xxxxx xxxx'],
    ['', ''],
  ] as const) {
    assert.equal(maskedText(text), masked);
  }
});

it('what comes from a closed list, a number and a boolean stay; files are left out', () => {
  const definitions = new Map([
    ['levels__c', { constraints: { options: ['gold', 'silver'] } }],
    [
      'visits__c',
      {
        constraints: {
          columns: [
            { id: 'kind', name: 'Kind', type: 'string' as const, options: ['yoga'] },
            { id: 'who', name: 'Who', type: 'string' as const },
            { id: 'times', name: 'Times', type: 'numeric' as const },
          ],
        },
      },
    ],
  ]);
  const values = [
    { custom_field_id: 'levels__c', list_value: ['gold', 'Ada'] },
    { custom_field_id: 'visits__c', table_value: [{ kind: 'yoga', who: 'Ada', times: 3 }] },
    { custom_field_id: 'unknown__c', string_value: 'gold' },
    { custom_field_id: 'rows__c', table_value: [{ 'Ada Lovelace': 3, kind: ['yoga', { Ada: true }] }] },
    { custom_field_id: 'active__c', boolean_value: true },
    { custom_field_id: 'points__c', numeric_value: 17 },
    { custom_field_id: 'file__c', file_url_value: 'urn:onfile:file:1' },
  ];
  assert.deepEqual(maskedValues(values, definitions), [
    { custom_field_id: 'levels__c', list_value: ['gold', 'Xxx'] },
    { custom_field_id: 'visits__c', table_value: [{ kind: 'yoga', who: 'Xxx', times: 3 }] },
    { custom_field_id: 'unknown__c', string_value: 'xxxx' },
    { custom_field_id: 'rows__c', table_value: [{ field_1: 3, field_2: ['xxxx', { field_1: true }] }] },
    { custom_field_id: 'active__c', boolean_value: true },
    { custom_field_id: 'points__c', numeric_value: 17 },
  ]);
});
