import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { parseInstant } from './instant.ts';

const dates = fc.date({
  min: new Date('0001-01-02T00:00:00Z'),
  max: new Date('9998-12-30T00:00:00Z'),
  noInvalidDate: true,
});

it('an instant of our own reads back as itself', () => {
  fc.assert(fc.property(dates, (at) => assert.deepEqual(parseInstant(at.toISOString()), at)));
});

it('an instant is the same in every zone, and finer than a millisecond makes no other of it', () => {
  const zone = fc.tuple(fc.constantFrom(-1, 1), fc.nat({ max: 23 }), fc.nat({ max: 59 }));
  fc.assert(
    fc.property(
      dates,
      zone,
      fc.stringMatching(/^\d{0,6}$/),
      fc.constantFrom('T', 't', ' '),
      (at, [sign, h, m], finer, t) => {
        const local = new Date(at.getTime() + sign * (h * 60 + m) * 60_000).toISOString().slice(0, -1);
        const offset = [h, m].map((part) => String(part).padStart(2, '0')).join(':');
        const text = `${local.replace('T', t)}${finer}${sign < 0 ? '-' : '+'}${offset}`;
        assert.deepEqual(parseInstant(text), at, text);
      },
    ),
  );
});

it('any other text is an instant that exists or none at all', () => {
  const nearly = fc.stringMatching(/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{0,4})?([Zz]|[+-]\d\d:\d\d)?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      const at = parseInstant(text);
      assert.ok(at === undefined || !Number.isNaN(at.getTime()), text);
    }),
  );
});
