import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '../../..');

test('every guarantee names a test that exists', async () => {
  const guide = await readFile(resolve(root, 'docs/guides/guarantees.md'), 'utf8');
  // What the fault run did is a table of another form.
  const [promises = ''] = guide.split('\n## Full fault run');
  const rows = promises.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise'));
  assert.ok(rows.length > 20);
  for (const row of rows) {
    const [, file, title] = /^\| .+ \| `([^`]+)`: (.+?) \| [^|]*\|$/.exec(row) ?? [];
    assert.ok(file && title, `no test in: ${row}`);
    const source = await readFile(resolve(root, file), 'utf8');
    assert.ok(source.includes(title), `${file} has no test "${title}"`);
  }
});
