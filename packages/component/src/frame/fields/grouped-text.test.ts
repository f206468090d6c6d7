import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regroup, withoutNeighbour } from './grouped-text.ts';
import { cardNumberGrouping, ibanGrouping, sortCodeGrouping } from './groupings.ts';

const card = (text: string, caret = text.length) => regroup({ text, caret }, cardNumberGrouping);

test('a number is grouped as its card has it, whatever it was grouped like before', () => {
  assert.equal(card('4242-4242 42424242').text, '4242 4242 4242 4242');
  assert.equal(card('378282246310005').text, '3782 822463 10005');
  assert.equal(card('30569309025904').text, '3056 930902 5904');
  assert.equal(regroup({ text: 'de89370400440532013000', caret: 0 }, ibanGrouping).text, 'de89 3704 0044 0532 0130 00');
  assert.equal(regroup({ text: '20 00 00', caret: 0 }, sortCodeGrouping).text, '20-00-00');
});

test('digits that no card of the network has room for are dropped', () => {
  assert.equal(card('55555555555544449').text, '5555 5555 5555 4444');
});

test('the caret stays behind the digit that it was behind', () => {
  for (const [text, caret, expected] of [
    ['42424', 5, 6],
    ['4242 4', 2, 2],
    ['4242 94242', 6, 6],
    ['', 0, 0],
  ] as const) {
    assert.equal(card(text, caret).caret, expected, text);
  }
});

test('at the end of a group the caret goes where the next digit will be', () => {
  assert.deepEqual(card('42421 5', 4), { text: '4242 15', caret: 5 });
});

test('deleting a separator deletes the digit beside it', () => {
  const backward = withoutNeighbour({ text: '42424', caret: 4 }, '4242 4', 'deleteContentBackward', cardNumberGrouping);
  assert.deepEqual(backward, { text: '4244', caret: 3 });
  const forward = withoutNeighbour({ text: '42429', caret: 4 }, '4242 9', 'deleteContentForward', cardNumberGrouping);
  assert.deepEqual(forward, { text: '4242', caret: 4 });
});
