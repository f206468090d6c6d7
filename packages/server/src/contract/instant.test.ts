import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseInstant } from './instant.ts';

it('one instant in its many spellings is the same instant', () => {
  for (const text of [
    '2026-03-01T12:00:00Z',
    '2026-03-01t12:00:00z',
    '2026-03-01 12:00:00Z',
    '2026-03-01T12:00:00.000Z',
    '2026-03-01T12:00:00.000999999Z',
    '2026-03-01T14:30:00+02:30',
    '2026-02-28T23:30:00-12:30',
  ]) {
    assert.equal(parseInstant(text)?.toISOString(), '2026-03-01T12:00:00.000Z', text);
  }
  assert.equal(parseInstant('2016-12-31T23:59:60.5Z')?.toISOString(), '2016-12-31T23:59:59.500Z');
  assert.equal(parseInstant('0001-01-01T00:00:00Z')?.getUTCFullYear(), 1);
});

it('what names no instant is none, so that it can never pass for a time', () => {
  for (const text of [
    '',
    '2026-03-01',
    '2026-03-01T12:00:00',
    '2026-03-01T12:00Z',
    '2026-03-01T12:00:00+01',
    '2026-03-01T12:00:00+0100',
    '2026-03-01T24:00:00Z',
    '2026-03-01T12:60:00Z',
    '2026-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-03-01T12:00:00+24:00',
    '2026-03-01T12:00:00.Z',
    ' 2026-03-01T12:00:00Z',
    '2026-03-01T12:00:00Z\n',
    'yesterday',
  ]) {
    assert.equal(parseInstant(text), undefined, text);
  }
});
