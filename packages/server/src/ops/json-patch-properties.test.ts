import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createPatch } from 'rfc6902';
import type { JsonPatch, PatchOperation } from '../contract/json-patch.ts';
import { OnfileError } from '../errors.ts';
import { applyJsonPatch } from './json-patch.ts';

const names = fc.constantFrom('name', 'a/b', 'm~n', 'length', '0', '-', '__proto__', 'constructor', 'toString', '');
const plainNames = fc.constantFrom('name', 'a/b', 'm~n', 'length', '0', '');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown[]>('x', 'y', 0, 1, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(plainNames, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const document = fc.dictionary(plainNames, value, { maxKeys: 4, noNullPrototype: true });

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const pointer = fc
  .array(fc.oneof(names, fc.constantFrom('0', '1', '2', '01')), { maxLength: 3 })
  .map((steps) => steps.map((step) => `/${escaped(step)}`).join(''));
const operation: fc.Arbitrary<PatchOperation> = fc.record(
  { op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), path: pointer, from: pointer, value },
  { requiredKeys: ['op', 'path'], noNullPrototype: true },
);
const patch: fc.Arbitrary<JsonPatch> = fc.array(operation, { minLength: 1, maxLength: 5 });

describe('any JSON Patch of any document', () => {
  it('applies as a whole or is refused, and leaves the document and every other object alone', () => {
    fc.assert(
      fc.property(document, patch, (before, operations) => {
        const copy = structuredClone(before);
        const inherited = Object.getOwnPropertyNames(Object.prototype).join();
        try {
          applyJsonPatch(before, operations);
        } catch (error) {
          assert.ok(error instanceof OnfileError && [400, 409, 413].includes(error.status), String(error));
        }
        assert.deepEqual(before, copy);
        assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), inherited);
      }),
      { numRuns: 1000 },
    );
  });

  it('turns one document into another when it was made of their differences', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        assert.deepEqual(applyJsonPatch(before, createPatch(before, after)), after);
      }),
      { numRuns: 500 },
    );
  });

  it('does the same in one patch as in two', () => {
    const outcome = (apply: () => unknown): unknown => {
      try {
        return apply();
      } catch (error) {
        return error instanceof OnfileError ? error.code : error;
      }
    };
    fc.assert(
      fc.property(document, patch, patch, (before, first, second) => {
        const apart = outcome(() => applyJsonPatch({ held: applyJsonPatch(before, first) }, second.map(heldApart)));
        const together = outcome(() => {
          const held = applyJsonPatch(before, [...first, ...second]);
          return held === undefined ? {} : { held };
        });
        assert.deepEqual(together, apart);
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing when a value is added and removed again', () => {
    fc.assert(
      fc.property(document, value, (before, added) => {
        const path = '/added';
        const operations: JsonPatch = [
          { op: 'add', path, value: added },
          { op: 'test', path, value: added },
          { op: 'remove', path },
        ];
        assert.deepEqual(applyJsonPatch(before, operations), before);
      }),
    );
  });
});

/** The same operation on a document that is held under a name, because a patch may replace all of it by a scalar. */
const heldApart = (one: PatchOperation): PatchOperation => ({
  ...one,
  path: `/held${one.path}`,
  ...(one.from === undefined ? {} : { from: `/held${one.from}` }),
});
