import type { ComponentChildren } from 'preact';
import { useFocusOnMount } from './use-focus-on-mount.ts';

export type ScreenProps = { title: string; children?: ComponentChildren; isBusy?: boolean };

/** One step of its own. Its heading takes the focus, so that the step is read and the next key goes on from there. */
export function Screen({ title, children, isBusy = false }: ScreenProps) {
  const heading = useFocusOnMount<HTMLHeadingElement>();
  return (
    <section class="screen" aria-busy={isBusy}>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </section>
  );
}
