import { useEffect, useRef } from 'preact/hooks';

/** Focuses an element when it appears, but never takes the focus from the shop's own page. */
export function useFocusOnMount<Target extends HTMLElement>() {
  const target = useRef<Target>(null);
  useEffect(() => {
    if (document.hasFocus()) target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}
