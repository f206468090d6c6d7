import type { Styling } from '@onfile/card/frame-styling';
import { frameTexts } from './frame-texts.ts';

/** CSS pixels: about those of a card form, kept free until the form is there so that the page moves as little as can be. */
export const initialHeight = 380;

/** Light or dark as the page itself is there: a shop that knows no dark colours gets no dark form. */
function schemeOfPage(container: HTMLElement): 'light' | 'dark' {
  const scheme = getComputedStyle(container).colorScheme;
  const prefersDark = !scheme.includes('light') || matchMedia('(prefers-color-scheme: dark)').matches;
  return scheme.includes('dark') && prefersDark ? 'dark' : 'light';
}

/** The styling with a colour scheme: the shop's choice, else the page's. */
export const withScheme = (styling: Styling | undefined, container: HTMLElement): Styling => ({
  colorScheme: schemeOfPage(container),
  ...styling,
});

/** The iframe, styled through the CSSOM so that a strict security policy of the page allows it. */
export function createFrame(url: string, locale: string, { colorScheme = 'auto' }: Styling): HTMLIFrameElement {
  const iframe = document.createElement('iframe');
  iframe.src = url;
  iframe.title = frameTexts(locale).title;
  iframe.allow = 'payment';
  Object.assign(iframe.style, {
    display: 'block',
    width: '100%',
    height: `${initialHeight}px`,
    border: '0',
    // Where it differs from the scheme inside, browsers paint an opaque ground behind the form.
    colorScheme: colorScheme === 'auto' ? 'light dark' : colorScheme,
  });
  return iframe;
}

/** A sentence for the customer, to stand in the iframe's place. */
export function createUnreachableNotice(locale: string): HTMLElement {
  const notice = document.createElement('p');
  notice.setAttribute('role', 'alert');
  notice.textContent = frameTexts(locale).unreachable;
  return notice;
}
