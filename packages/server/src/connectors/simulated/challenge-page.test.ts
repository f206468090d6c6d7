import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderChallengePage } from './challenge-page.ts';
import { pageStylePath } from './page.ts';

const pages = (['pending', 'completed', 'failed'] as const).map((state) => ({
  state,
  page: renderChallengePage(state),
}));

test('the challenge page offers its two outcomes while it is pending, and only then', () => {
  for (const { state, page } of pages) {
    const values = [...page.matchAll(/name="outcome" value="(\w+)"/g)].map(([, value]) => value);
    assert.deepEqual(values, state === 'pending' ? ['complete', 'fail'] : [], state);
    assert.equal(page.includes('<form method="post">'), state === 'pending', state);
  }
});

test('the challenge page has a language, a title, one heading and one main part', () => {
  for (const { page, state } of pages) {
    for (const part of ['<html lang="en">', '<title>', '<h1>', '<main>', 'name="viewport"']) {
      assert.equal(page.split(part).length, 2, `${state}: ${part}`);
    }
  }
});

test('the challenge page says after the decision what was decided, as a status', () => {
  for (const { page, state } of pages) assert.equal(page.includes('role="status"'), state !== 'pending', state);
});

test('the challenge page keeps to a policy without inline styles, scripts or foreign sources', () => {
  for (const { page } of pages) {
    assert.doesNotMatch(page, /<style|<script|style=|\son\w+=|https?:/);
    assert.ok(page.includes(`<link rel="stylesheet" href="${pageStylePath}">`));
  }
});
