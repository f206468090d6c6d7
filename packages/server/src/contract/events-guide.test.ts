import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { eventTypes } from './events.ts';

test('docs/guides/events.md lists every type of event, and no other', async () => {
  const guide = await readFile(resolve(import.meta.dirname, '../../../../docs/guides/events.md'), 'utf8');
  const table = guide.slice(guide.indexOf('## Types'));
  const listed = new Set([...table.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, name = '']) => name));
  assert.deepEqual([...listed].toSorted(), eventTypes.toSorted());
});
