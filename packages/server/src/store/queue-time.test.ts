import assert from 'node:assert/strict';
import { it } from 'node:test';
import { QueueTime } from './queue-time.ts';

it('the mean of the waits that ended since it was last asked for is told', () => {
  const waits = new QueueTime();
  assert.equal(waits.take(), 0);
  waits.add(10);
  waits.begin(0)(30);
  assert.equal(waits.take(), 20);
  assert.equal(waits.take(), 0);
});

it('a wait that does not end is told while it lasts, and counted once when it ends', () => {
  const waits = new QueueTime();
  const end = waits.begin(100);
  waits.begin(150)(160);
  assert.equal(waits.take(400), 300);
  assert.equal(waits.take(500), 400);
  end(600);
  end(700);
  assert.equal(waits.take(800), 500);
  assert.equal(waits.take(900), 0);
});
