import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RedirectChoice } from '../connector.ts';
import { renderRedirectPage } from './redirect-page.ts';
import { testPayers } from './test-payers.ts';

const choices = Object.keys(testPayers) as RedirectChoice[];
const states = ['pending', 'approved', 'cancelled'] as const;
const returnUrl = 'https://shop.example/back?order=7&step="2"';

const pages = choices.flatMap((choice) =>
  states.map((state) => ({ choice, state, page: renderRedirectPage({ choice, state, returnUrl }) })),
);

test('the redirect page has a language, a title, one heading and one main part', () => {
  for (const { page, choice, state } of pages) {
    for (const part of ['<html lang="en">', '<title>', '<h1>', '<main>', 'name="viewport"']) {
      assert.equal(page.split(part).length, 2, `${choice} ${state}: ${part}`);
    }
  }
});

test('the redirect page offers its payers under a label and its two outcomes while it is pending, and only then', () => {
  for (const { page, choice, state } of pages) {
    const pending = state === 'pending';
    const outcomes = [...page.matchAll(/name="outcome" value="(\w+)"/g)].map(([, value]) => value);
    const payers = [...page.matchAll(/<option value="(\w+)"/g)].map(([, value]) => value);
    assert.deepEqual(outcomes, pending ? ['approve', 'cancel'] : []);
    assert.deepEqual(payers, pending ? testPayers[choice].map(({ id }) => id) : []);
    assert.equal(/<label>Test payer\s<select name="payer">/.test(page), pending);
  }
});

test('the redirect page says after the decision what was decided, as a status, and leads back', () => {
  for (const { page, state } of pages) {
    assert.equal(page.includes('role="status"'), state !== 'pending');
    const link = '<a href="https://shop.example/back?order=7&amp;step=&quot;2&quot;">';
    assert.equal(page.includes(link), state !== 'pending');
    if (state !== 'pending') assert.ok(page.includes(`was ${state}</h1>`));
  }
});

test('the redirect page leads nowhere when the shop named no way back', () => {
  const page = renderRedirectPage({ choice: 'TWINT', state: 'approved', returnUrl: null });
  assert.ok(!page.includes('<a '));
  assert.ok(page.includes('You can go back to the payment form now.'));
});

test('the redirect page keeps to a policy without inline styles or scripts, and shows no whole number', () => {
  for (const { page } of pages) {
    assert.doesNotMatch(page, /<style|<script|style=|\son\w+=/);
    assert.doesNotMatch(page, /[0-9]{5}|RABO|TEST0/);
  }
});
