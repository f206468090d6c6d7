import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export type FormAreaProps = {
  isShown: boolean;
  /** Whether the first field is where the customer goes on when the form comes back; otherwise something else is. */
  takesFocus: boolean;
  children: ComponentChildren;
};

/** Keeps the form, and what was entered in it, while another step is shown in its place. */
export function FormArea({ isShown, takesFocus, children }: FormAreaProps) {
  const area = useRef<HTMLDivElement>(null);
  const wasShown = useRef(isShown);
  useEffect(() => {
    const comesBack = isShown && !wasShown.current;
    wasShown.current = isShown;
    if (comesBack && takesFocus && document.hasFocus()) area.current?.querySelector<HTMLElement>('form input')?.focus();
  }, [isShown]);
  return (
    <div ref={area} hidden={!isShown}>
      {children}
    </div>
  );
}
