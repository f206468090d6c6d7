import type { Styling } from '@onfile/card/frame-styling';
import { frameTexts } from './frame-texts.ts';

/** The container's width below which texts beside fields take a line more, and what a card form then needs. */
const narrowWidth = 440;
const narrowHeight = 372;
const wideHeight = 352;
const spareHeight = 24;

/** CSS pixels: those of a card form, kept free until the form is there so that the page does not move. */
export const heightToKeep = (container: HTMLElement): number =>
  container.clientWidth < narrowWidth ? narrowHeight : wideHeight;

/** A form that is a line lower than what was kept for it is not worth moving the page for. */
export const heightFor = (content: number, kept: number): number =>
  content < kept && content >= kept - spareHeight ? kept : content;

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
export function createFrame(
  url: string,
  locale: string,
  { colorScheme = 'auto' }: Styling,
  height: number,
): HTMLIFrameElement {
  const iframe = document.createElement('iframe');
  iframe.src = url;
  iframe.title = frameTexts(locale).title;
  iframe.allow = 'payment';
  Object.assign(iframe.style, {
    display: 'block',
    width: '100%',
    height: `${height}px`,
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
