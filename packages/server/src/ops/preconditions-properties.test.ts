import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { OnfileError } from '../errors.ts';
import { changedFields, entityTag, failedPrecondition, matches } from './preconditions.ts';
import { timeAfter } from './version-time.ts';

const version = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const instant = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
const current = fc
  .record({ sys_version: version, sys_last_modified_at: instant })
  .map((one) => ({ ...one, tag: entityTag(one.sys_version) }));
const tags = fc.array(fc.tuple(fc.constantFrom('', 'W/'), version), { maxLength: 4 });
const listed = (list: readonly [string, number][]): string[] => list.map(([weak, n]) => `${weak}"${n}"`);

describe('whatever a caller says its change is based on', () => {
  it('holds when it lists the current version, among others and in any place', () => {
    fc.assert(
      fc.property(current, tags, tags, fc.constantFrom(',', ', ', '\t,  '), ({ tag }, before, after, separator) => {
        assert.ok(matches([...listed(before), tag, ...listed(after)].join(separator), tag));
      }),
    );
  });

  it('is refused with 412 when it lists others, or the current one as weak', () => {
    fc.assert(
      fc.property(current, tags, (now, others) => {
        const header = [...listed(others.filter(([, n]) => n !== now.sys_version)), `W/${now.tag}`].join(', ');
        const failure = failedPrecondition('strict', now, { ifMatch: header });
        assert.equal(failure?.code, 'errormessage.record.precondition.failed');
      }),
    );
  });

  it('is a list of entity tags or is refused with 400', () => {
    fc.assert(
      fc.property(fc.string(), current, (header, { tag }) => {
        try {
          matches(header, tag);
        } catch (error) {
          assert.ok(error instanceof OnfileError && error.status === 400);
        }
      }),
    );
  });

  it('fails by any version but the current one, whatever the policy', () => {
    fc.assert(
      fc.property(current, version, fc.constantFrom('strict', 'version-only'), (now, sysVersion, policy) => {
        const failure = failedPrecondition(policy, now, { sysVersion });
        assert.equal(failure === null, sysVersion === now.sys_version);
      }),
    );
  });

  it('fails by an earlier time and by no other, however the time is written', () => {
    const minutes = fc.integer({ min: -23 * 60, max: 23 * 60 });
    fc.assert(
      fc.property(current, fc.integer({ min: -5, max: 5 }), minutes, (now, milliseconds, offset) => {
        const told = new Date(now.sys_last_modified_at.getTime() + milliseconds);
        const given = { sysLastModifiedAt: written(told, offset) };
        assert.equal(failedPrecondition('strict', now, given) === null, milliseconds >= 0, given.sysLastModifiedAt);
        assert.equal(failedPrecondition('version-only', now, given), null);
      }),
    );
  });

  it('is demanded by a tenant that wants If-Match, and then nothing but the right one does', () => {
    fc.assert(
      fc.property(current, fc.boolean(), (now, sends) => {
        const given = { sysVersion: now.sys_version, ...(sends ? { ifMatch: now.tag } : {}) };
        const failure = failedPrecondition('if-match-required', now, given);
        assert.equal(failure?.code ?? null, sends ? null : 'errormessage.record.precondition.required');
      }),
    );
  });
});

/** An instant as the clocks of a zone show it that is so many minutes ahead of UTC. */
function written(at: Date, offset: number): string {
  const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const two = (n: number): string => String(n).padStart(2, '0');
  const ahead = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

describe('the fields that changed between two versions', () => {
  const content = fc.dictionary(
    fc.constantFrom('name', 'expires', 'billing_address', 'custom_field_values', 'sys_locked', 'sys_version'),
    fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.dictionary(fc.constantFrom('city', 'country', 'line1'), fc.string(), { noNullPrototype: true }),
      fc.boolean(),
    ),
    { noNullPrototype: true },
  );
  const reversed = (value: object): object =>
    Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, field]) => [name, typeof field === 'object' ? reversed(field as object) : field]),
    );

  it('are the same in both directions, and none between a version and itself in any order of its fields', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        assert.deepEqual(changedFields(one, other), changedFields(other, one));
        assert.deepEqual(changedFields(one, reversed(one)), []);
      }),
    );
  });

  it('are those without which the versions are alike', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        const changed = changedFields(one, other);
        const rest = (version_: object): object =>
          Object.fromEntries(
            Object.entries(version_).filter(([name]) => !changed.includes(name) && name !== 'sys_version'),
          );
        assert.deepEqual(rest(one), rest(other));
      }),
    );
  });
});

describe('the times of a record’s versions', () => {
  it('increase with each version, however the clock jumps, and never stay behind it', () => {
    fc.assert(
      fc.property(fc.array(instant, { minLength: 1 }), (clock) => {
        let last: Date | undefined;
        for (const now of clock) {
          const at = timeAfter(now, last);
          assert.ok(at >= now && (!last || at > last));
          last = at;
        }
      }),
    );
  });
});
