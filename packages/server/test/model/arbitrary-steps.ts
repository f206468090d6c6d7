import * as fc from 'fast-check';
import { bodyChange, holders, oneOf, patch, seldom } from './arbitrary-bodies.ts';
import type { Entering, IfMatch, SingleStep, Step, WriteStep } from './steps.ts';

/** A step without the fields that it has no value for. */
const given = <Value extends object>(value: { [Name in keyof Value]: Value[Name] | undefined }): Value =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value;

const back = oneOf(0, 0, 0, 1, 1, 2, 3);
const ifMatch = seldom(3, oneOf<IfMatch>('right', 'right', 'stale', 'unknown', '*'), undefined);
const key = seldom(4, fc.constant(true as const), undefined);

const write: fc.Arbitrary<WriteStep> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .record({
        do: fc.constant('create' as const),
        body: bodyChange,
        flaw: seldom(15, fc.constant('id' as const), undefined),
      })
      .map((step) => given<Extract<WriteStep, { do: 'create' }>>(step)),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({
        do: fc.constant('put' as const),
        record: back,
        behind: oneOf(0, 0, 0, 0, 0, 1, 2),
        body: bodyChange,
        sysVersion: fc.boolean(),
        modifiedAt: oneOf<'echoed' | 'later'>('echoed', 'echoed', 'later'),
        ifMatch,
      })
      .map((step) => given<Extract<WriteStep, { do: 'put' }>>(step)),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ do: fc.constant('patch' as const), record: back, patch, ifMatch })
      .map((step) => given<Extract<WriteStep, { do: 'patch' }>>(step)),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ do: fc.constant('delete' as const), record: back, ifMatch })
      .map((step) => given<Extract<WriteStep, { do: 'delete' }>>(step)),
  },
);

const customer = seldom<'other', 'own'>(15, fc.constant('other'), 'own');
const single: fc.Arbitrary<SingleStep> = fc.oneof(
  { weight: 6, arbitrary: write },
  {
    weight: 2,
    arbitrary: fc
      .record({ do: fc.constant('restore' as const), record: back, behind: oneOf(null, null, 0, 1, 2, 3, 9), ifMatch })
      .map((step) => given<Extract<SingleStep, { do: 'restore' }>>(step)),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ do: fc.constant('bill' as const), entered: back, customer, ifMatch })
      .map((step) => given<Extract<SingleStep, { do: 'bill' }>>(step)),
  },
);

const entering: fc.Arbitrary<Entering> = fc
  .record({
    do: fc.constant('enter' as const),
    what: oneOf<Entering['what']>(
      'visa',
      'visa',
      'mastercard',
      'german account',
      'french account',
      'cash',
      'bank transfer',
      'picked',
      'picked',
    ),
    holder: holders,
    year: oneOf(2034, 2035),
    address: seldom(3, oneOf({ city: 'Ulm' }, { city: 'Bern' }), undefined),
    offered: fc.nat({ max: 2 }),
    left: seldom(12, oneOf<'unsubmitted' | 'for a purchase'>('unsubmitted', 'for a purchase'), undefined),
  })
  .map((step) => given<Entering>(step));

/** One thing that clients of the API do, in terms of what the sequence has done so far. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ step: single, key }).map(asStep) },
  { weight: 2, arbitrary: entering },
  {
    weight: 3,
    arbitrary: fc
      .record({ do: fc.constant('enter and bill' as const), enter: entering, ifMatch })
      .map((one) => given<Extract<Step, { do: 'enter and bill' }>>(one)),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ do: fc.constant('batch' as const), operations: fc.array(write, { minLength: 1, maxLength: 3 }), key })
      .map((one) => given<Extract<Step, { do: 'batch' }>>(one)),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        do: fc.constant('retry' as const),
        keyed: back,
        other: seldom(5, fc.constant(true as const), undefined),
      })
      .map((one) => given<Extract<Step, { do: 'retry' }>>(one)),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ do: fc.constant('race' as const), steps: fc.tuple(single, single), key })
      .map((one) => given<Extract<Step, { do: 'race' }>>(one)),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('race a retry' as const), step: single }) },
);

function asStep({ step: one, key: withKey }: { step: SingleStep; key: true | undefined }): Step {
  return withKey ? { ...one, key: withKey } : one;
}

const plainRecord: Step = { do: 'create', body: { fields: {}, leaveOut: [], nulls: [] } };
const enteredCard: Step = {
  do: 'enter and bill',
  enter: { do: 'enter', what: 'visa', holder: 'Ada Test', year: 2034, offered: 0 },
};

/** What clients of one customer's payment methods do; mostly there is something on file to begin with. */
export const sequences: fc.Arbitrary<Step[]> = fc
  .tuple(fc.subarray([plainRecord, enteredCard]), fc.array(step, { minLength: 1, maxLength: 10, size: 'max' }))
  .map(([opening, rest]) => [...opening, ...rest]);
