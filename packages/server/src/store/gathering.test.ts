import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatabaseError } from 'pg';
import { Gathering } from './gathering.ts';

const refusal = (code: string): DatabaseError => Object.assign(new DatabaseError('refused', 7, 'error'), { code });

/** Runs the inputs of one turn together; `refuse` says with which SQLSTATE a statement is refused, if at all. */
async function gather(inputs: readonly string[], refuse: (batch: readonly string[], call: number) => string | null) {
  const batches: string[][] = [];
  const gathering = new Gathering<string, string>({
    name: 'test',
    lanes: 2,
    most: 3,
    keysOf: (input) => [input.charAt(0)],
    run: async (_tenantId, batch) => {
      batches.push([...batch]);
      const code = refuse(batch, batches.length);
      if (code === 'lost') throw new Error('Connection terminated');
      if (code) throw refusal(code);
      return batch.map((input) => input.toUpperCase());
    },
  });
  const settled = await Promise.allSettled(inputs.map((input) => gathering.submit('acme', input)));
  return { batches, outcomes: settled.map((one) => (one.status === 'fulfilled' ? one.value : 'failed')) };
}

describe('gathering concurrent changes', () => {
  it('puts those of one turn into one statement, up to the most, and gives each its own output', async () => {
    const { batches, outcomes } = await gather(['a', 'b', 'c', 'd'], () => null);
    assert.deepEqual(batches, [['a', 'b', 'c'], ['d']]);
    assert.deepEqual(outcomes, ['A', 'B', 'C', 'D']);
  });

  it('never puts two of the same record into one statement', async () => {
    const { batches } = await gather(['a1', 'a2', 'b1'], () => null);
    assert.deepEqual(batches, [['a1', 'b1'], ['a2']]);
  });

  it('lets one bad row fail alone', async () => {
    const { outcomes } = await gather(['a', 'b', 'c'], (batch) => (batch.includes('b') ? '23505' : null));
    assert.deepEqual(outcomes, ['A', 'failed', 'C']);
  });

  it('tries a change again that was in a deadlock with another, once', async () => {
    const once = await gather(['a'], (_batch, call) => (call === 1 ? '40P01' : null));
    assert.deepEqual(once, { batches: [['a'], ['a']], outcomes: ['A'] });
    const always = await gather(['a'], () => '40P01');
    assert.deepEqual(always, { batches: [['a'], ['a']], outcomes: ['failed'] });
  });

  it('tries nothing again when the connection was lost, because it may have been applied', async () => {
    const { batches, outcomes } = await gather(['a', 'b'], () => 'lost');
    assert.equal(batches.length, 1);
    assert.deepEqual(outcomes, ['failed', 'failed']);
  });
});
