import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { StoredPaymentMethod } from '../src/contract/stored-payment-method.ts';

const root = resolve(import.meta.dirname, '../../..');

test('the guide says of every field who sets it and when', async () => {
  const guide = await readFile(resolve(root, 'docs/guides/record-fields.md'), 'utf8');
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.equal(new Set(named).size, named.length, 'a field stands there twice');
  assert.deepEqual(new Set(named), new Set(Object.keys(StoredPaymentMethod.properties)));
});

test('every field of the system has a test that shows its cause', async () => {
  const tests = await Promise.all(
    ['record-fields', 'record-fields-of-machinery'].map((name) =>
      readFile(resolve(import.meta.dirname, `${name}.test.ts`), 'utf8'),
    ),
  );
  const fields = Object.keys(StoredPaymentMethod.properties).filter((name) => name.startsWith('sys_'));
  const missing = fields.filter((field) => !tests.join('').includes(`it('${field} `));
  assert.deepEqual(missing, []);
});
