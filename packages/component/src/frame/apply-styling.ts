import { type Styling, type StylingKey, stylingProperty } from '@onfile/card/frame-styling';

/** Sets each value as a custom property of the page's root, through the CSSOM, which the security policy allows. */
export function applyStyling(root: HTMLElement, styling: Styling): void {
  for (const [key, value] of Object.entries(styling)) root.style.setProperty(stylingProperty(key as StylingKey), value);
  if (styling.colorScheme) root.dataset['colorScheme'] = styling.colorScheme;
}
