export type BusyButtonProps = { isBusy: boolean; label: string; busyLabel: string };

/** A form's main button. It stays focusable while the form is under way, so that the focus is not lost. */
export function BusyButton({ isBusy, label, busyLabel }: BusyButtonProps) {
  return (
    <button type="submit" class="button button-main" aria-disabled={isBusy}>
      {isBusy && <span class="spinner" aria-hidden="true" />}
      <span aria-live="polite">{isBusy ? busyLabel : label}</span>
    </button>
  );
}
