import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { OnfileError } from '../errors.ts';
import { bodyReader, createAjv, validator } from './body-reader.ts';
import { mostFailures } from './failures.ts';
import { oneOf, requestOf } from './schema.ts';
import { StoredPaymentMethod, StoredPaymentMethodReplacement } from './stored-payment-method.ts';
import { formOf, notBlank } from './text-forms.ts';

const Thing = requestOf(
  Type.Object({
    name: Type.String({ minLength: 1, maxLength: 5 }),
    kind: oneOf(['card', 'account']),
    owner: Type.Optional(Type.Object({ city: Type.String(), since: Type.Optional(Type.String({ format: 'date' })) })),
    choice: Type.Optional(Type.Union([Type.Literal('one'), Type.Literal('two')])),
    tokens: Type.Array(Type.Object({ token: Type.String() }), { minItems: 1, maxItems: 3 }),
    tags: Type.Optional(Type.Array(Type.String(), { uniqueItems: true })),
    amount: Type.Optional(Type.Number({ minimum: 0, maximum: 10 })),
  }),
);

const readers = new Map<TSchema, (body: unknown) => unknown>();

const told = (schema: TSchema, value: unknown): [code: string, reference: string | undefined][] => {
  const read = readers.get(schema) ?? bodyReader(schema);
  readers.set(schema, read);
  try {
    read(value);
    return [];
  } catch (error) {
    assert.ok(error instanceof OnfileError, String(error));
    return [error, ...error.others].map((one) => [one.code.replace('errormessage.validation.', ''), one.reference]);
  }
};

const right = { name: 'Ada', kind: 'card', tokens: [{ token: 't' }] };

describe('all that is wrong with a body', () => {
  it('is told at once, in the order of its fields and the places of its lists, the unknown ones first', () => {
    const body = {
      amount: 11,
      tokens: [{ token: 't' }, { token: 1 }, {}],
      owner: { since: '2026-02-30', town: 'York' },
      colour: 'red',
      name: '',
    };
    assert.deepEqual(told(Thing, body), [
      ['unknown.field', 'colour'],
      ['required', 'name'],
      ['required', 'kind'],
      ['unknown.field', 'owner.town'],
      ['required', 'owner.city'],
      ['format', 'owner.since'],
      ['type', 'tokens[1].token'],
      ['required', 'tokens[2].token'],
      ['range', 'amount'],
    ]);
  });

  it('is one failure for each place, whatever the alternatives there', () => {
    assert.deepEqual(told(Thing, { ...right, choice: 'three', kind: 5, owner: 7 }), [
      ['type', 'kind'],
      ['type', 'owner'],
      ['allowed.values', 'choice'],
    ]);
    assert.deepEqual(told(Thing, { ...right, tags: ['a', 'a'] }), [['duplicate', 'tags']]);
    assert.deepEqual(told(Thing, { ...right, tokens: [] }), [['required', 'tokens']]);
    assert.deepEqual(told(Thing, 'text'), [['type', undefined]]);
  });

  it('names a misspelt field before the one that is missing for it, each once', () => {
    assert.deepEqual(told(Thing, { ...right, name: undefined, nmae: 'Ada' }), [
      ['unknown.field', 'nmae'],
      ['required', 'name'],
    ]);
  });

  it('is not told of a list that is too long: its length is what is wrong', () => {
    assert.deepEqual(told(Thing, { ...right, tokens: [1, 2, 3, 4] }), [['length', 'tokens']]);
  });

  it('repeats nothing of what was sent, neither values nor names that no field would have', () => {
    const secret = '4242424242424242';
    const body = { ...right, [secret]: secret, name: secret, kind: secret, owner: { city: 1, [secret]: 1 } };
    const error = validator(createAjv({}), Thing)(body);
    assert.ok('error' in error);
    const all = [error.error, ...error.error.others].map(({ code, reference, args }) => ({ code, reference, args }));
    assert.equal(all.length, 5);
    assert.doesNotMatch(JSON.stringify(all), /4242/);
  });
});

describe('a hostile body', () => {
  const many = (count: number, of: (n: number) => [string, unknown]) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => of(n)));
  const list = (count: number, item: unknown) => Array.from({ length: count }, () => item);
  const longTexts = Object.keys(StoredPaymentMethod.properties).filter((name) =>
    /^(?:sys_.*(?:at|id)|id|name)$/.test(name),
  );
  const Open = requestOf(Type.Object({ items: Type.Array(Type.Object({ a: Type.Integer() })) }));
  const hostile: Record<string, [TSchema, unknown]> = {
    'of a hundred thousand items, each of them wrong': [Open, { items: list(100_000, {}) }],
    'of items that are wrong at their end': [Open, { items: [...list(100_000, { a: 1 }), 'a'] }],
    'of fields that nobody knows': [Thing, many(50_000, (n) => [`field${n}`, n])],
    'of names that cannot be told': [Thing, many(50_000, (n) => [`field ${n}`, n])],
    'of long texts': [StoredPaymentMethodReplacement, many(12, (n) => [longTexts[n] ?? '', 'a'.repeat(80_000)])],
    'nested as deep as may be': [Open, { items: JSON.parse('['.repeat(30) + ']'.repeat(30)) }],
  };
  for (const [what, [schema, body]] of Object.entries(hostile)) {
    it(`${what} is answered with few failures, as fast as it could be parsed`, () => {
      const read = () => told(schema, body);
      // Schemas are compiled when they are first needed.
      read();
      const parsing = timeOf(() => JSON.parse(JSON.stringify(body)));
      assert.ok(read().length >= 1 && read().length <= mostFailures);
      const reading = timeOf(read);
      assert.ok(reading < parsing + 20, `${reading} ms, and ${parsing} ms to write and parse`);
    });
  }

  /** Milliseconds of the processor, the best of three, since others use the machine too. */
  function timeOf(work: () => unknown): number {
    const times = [1, 2, 3].map(() => {
      const begun = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1000;
    });
    return Math.min(...times);
  }
});

describe('the failures of any body', () => {
  const word = fc.constantFrom('name', 'kind', 'owner', 'tokens', 'token', 'city', 'since', 'tags', 'amount', 'other');
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, true, 'card', '2026-01-01', 'one', 3.5));
  const { body } = fc.letrec((tie) => ({
    body: fc.dictionary(word, fc.oneof(leaf, tie('body'), fc.array(fc.oneof(leaf, tie('body')), { maxLength: 4 }))),
  }));
  const whole = fc
    .tuple(body, fc.boolean())
    .map(([part, isPart]) => (isPart ? { ...right, ...(part as object) } : part));

  it('are there when the validator refuses it, and only then, and name each place once', () => {
    const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { date: true } });
    const validate = ajv.compile({ ...Thing });
    fc.assert(
      fc.property(whole, (value) => {
        const failures = told(Thing, value);
        const places = failures.map(([code, reference]) => reference ?? code);
        assert.equal(new Set(places).size, places.length);
        const isRight = validate(value);
        if (!isRight) assert.ok(failures.length > 0);
        else assert.ok(failures.every(([code]) => code === 'format'));
        // Each place that the other validator finds, the first failure at it or at a part of it.
        for (const { instancePath } of validate.errors ?? []) {
          const [top = ''] = instancePath.split('/').slice(1);
          assert.ok(
            places.some((place) => top === '' || place.split(/[.[]/)[0] === top),
            `${instancePath}: ${places.join()}`,
          );
        }
      }),
    );
  });
});

describe('a field that is not known', () => {
  it('is not named when its name holds as many digits as a card or an account', () => {
    for (const name of ['n4111111111111111', 'card-4111-1111-1111-1111', 'de89370400440532013000', 'a12345678']) {
      assert.deepEqual(told(Thing, { ...right, [name]: 1 }), [['unknown.field', undefined]], name);
      assert.deepEqual(told(Thing, { ...right, owner: { city: 'York', [name]: 1 } }), [['unknown.field', 'owner']]);
    }
    assert.deepEqual(told(Thing, { ...right, line_2024_12: 1 }), [['unknown.field', 'line_2024_12']]);
  });
});

describe('every pattern and format of what is sent', () => {
  it('has words for how it is to be written', async () => {
    const directory = import.meta.dirname;
    const files = readdirSync(directory).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const asked = new Set<string>();
    const gather = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, part] of Object.entries(node)) {
        if ((name === 'pattern' || name === 'format') && typeof part === 'string') asked.add(`${name} ${part}`);
        gather(part);
      }
    };
    for (const file of files) {
      const exported: Record<string, unknown> = await import(join(directory, file));
      for (const [name, schema] of Object.entries(exported)) if (isSent(name)) gather(schema);
    }
    assert.ok(asked.size > 15);
    for (const one of asked) {
      const space = one.indexOf(' ');
      const [keyword, value] = [one.slice(0, space), one.slice(space + 1)];
      assert.ok(value === notBlank || value === 'int64' || formOf(keyword, value), one);
    }
  });
});

/** What is only answered is checked by nobody. */
const isSent = (name: string): boolean => !/^(?:Event|EventPage|argument|ErrorBody)/.test(name);
