import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readStyling, type StylingKey, stylingGrammar, stylingProperty } from './frame-styling.ts';

const taken = (key: StylingKey, value: string): boolean => readStyling({ [key]: value }).styling[key] === value;

describe('a style value', () => {
  it('can be any usual colour', () => {
    const colors = ['#fff', '#FFFA', '#1a2b3c', '#1a2b3c80', 'red', 'transparent', 'rgb(1, 2, 3)', 'rgb(1 2 3 / 50%)'];
    colors.push('rgba(1,2,3,.5)', 'hsl(120deg 50% 50%)', 'hsla(120, 50%, 50%, 0.3)', 'oklch(0.7 0.1 200)');
    for (const color of colors) assert.ok(taken('primaryColor', color), color);
  });

  it('can be a length, radii, shadows, a font of the customer’s machine, a colour scheme', () => {
    for (const length of ['0', '1px', '.5rem', '1.25em']) assert.ok(taken('fontSize', length), length);
    for (const radius of ['8px', '8px 4px 0 1rem']) assert.ok(taken('borderRadius', radius), radius);
    for (const shadow of ['none', '0 1px 2px #0003', 'inset 0 0 0 1px red, 0 2px 4px 1px rgba(0, 0, 0, 0.2)']) {
      assert.ok(taken('boxShadow', shadow), shadow);
    }
    for (const font of ['serif', 'system-ui, "Segoe UI", Roboto, Helvetica Neue, sans-serif']) {
      assert.ok(taken('fontFamily', font), font);
    }
    assert.ok(taken('colorScheme', 'dark'));
  });

  it('is taken without spare white space', () => {
    assert.deepEqual(readStyling({ boxShadow: ' 0  1px\n 2px red ' }).styling, { boxShadow: '0 1px 2px red' });
  });

  it('is never one that could load, refer, calculate or end its place', () => {
    const hostile = [
      'url(https://evil.example)',
      'red; background: url(//evil.example)',
      'red}*{color:red',
      'var(--secret)',
      'env(x)',
      'attr(data-x)',
      'calc(1px + 1px)',
      'expression(alert(1))',
      'image-set("a")',
      '\\75rl(x)',
      '/**/',
      'red /*',
      '<b>',
      '"',
      '!important',
      'rgb(url(x))',
      '9'.repeat(400),
      '',
      '1px;',
      '@import "x"',
    ];
    for (const key of Object.keys(stylingGrammar) as StylingKey[]) {
      for (const value of hostile) {
        assert.deepEqual(readStyling({ [key]: value }), { styling: {}, refused: [key] }, `${key}: ${value}`);
      }
    }
  });

  it('is left out and named when its name is not known or it is no text', () => {
    const given = { color: 'red', constructor: 'red', fontSize: 12, borderColor: { toString: () => 'red' } };
    assert.deepEqual(readStyling(given), { styling: {}, refused: Object.keys(given) });
    assert.deepEqual(readStyling({ primaryColor: undefined, boxShadow: null }), { styling: {}, refused: [] });
  });

  it('is read in no time, whatever it is made of', () => {
    const startedAt = performance.now();
    for (const part of ['a ', '0 ', '1px ', 'rgb(1 ', '#', '.1', ', ', 'a-', '"a']) {
      for (const key of Object.keys(stylingGrammar)) readStyling({ [key]: part.repeat(300 / part.length) });
    }
    assert.ok(performance.now() - startedAt < 250);
  });

  it('has a property of its own in the frame', () => {
    assert.equal(stylingProperty('textColorMain'), '--onfile-text-color-main');
  });
});
