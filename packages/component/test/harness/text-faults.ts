import type { Frame } from 'playwright-core';

/**
 * What is wrong with the texts that a frame shows at its present width, one sentence each: keys and placeholders left
 * in, names that are empty, what is wider than its place, words that are broken, fields that lie on each other.
 */
export const textFaults = (frame: Frame): Promise<string[]> => frame.evaluate(findFaults);

/** Runs in the page: it can use nothing from around it. */
function findFaults(): string[] {
  const faults: string[] = [];
  const isShown = (element: Element): boolean => element.checkVisibility() && element.getClientRects().length > 0;
  const all = (selector: string): HTMLElement[] =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => isShown(element));
  const nameOf = (element: Element): string => `${element.className || element.localName} “${element.textContent}”`;

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`the frame is ${scrollWidth - clientWidth} px too wide`);

  const text = document.body.innerText;
  for (const [leftIn] of text.matchAll(/upc\.[a-z.]+|\{\w+\}|undefined|\[object \w+\]/g))
    faults.push(`shows “${leftIn}”`);

  for (const element of all('label, legend, button, h2, h3, p, dt, dd, strong, .label, .method-name')) {
    if (element.textContent.trim() === '' && !element.matches('.error')) faults.push(`${nameOf(element)} is empty`);
    if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth)
      faults.push(`${nameOf(element)} is cut off`);
    const { left, right } = element.getBoundingClientRect();
    if (left < 0 || right > clientWidth) faults.push(`${nameOf(element)} leaves the frame`);
  }

  const fields = all('.input');
  for (const [place, field] of fields.entries()) {
    const box = field.getBoundingClientRect();
    for (const other of fields.slice(place + 1).map((later) => later.getBoundingClientRect())) {
      const isApart =
        other.left >= box.right || other.right <= box.left || other.top >= box.bottom || other.bottom <= box.top;
      if (!isApart) faults.push('two fields lie on each other');
    }
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.parentElement || !isShown(node.parentElement)) continue;
    // Between digits and beside dashes and slashes a line may end.
    for (const { 0: word, index } of (node.nodeValue ?? '').matchAll(/\p{L}{2,}/gu)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) faults.push(`“${word}” is broken`);
    }
  }
  return faults;
}
