import type { Notice } from '../flow/phase.ts';
import { useText } from '../texts/text-context.tsx';
import { useFocusOnMount } from './use-focus-on-mount.ts';

/** Why the form is open again. */
export function FormNotice({ notice }: { notice: Notice }) {
  const { t } = useText();
  const shown = useFocusOnMount<HTMLParagraphElement>();
  return (
    <p ref={shown} class="notice notice-error" role="alert" tabIndex={-1}>
      {'key' in notice ? t(notice.key) : notice.text}
    </p>
  );
}
