import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import SignaturePad from 'signature_pad';
import type { FieldState } from '../forms/use-form.ts';
import { useText } from '../texts/text-context.tsx';
import { describedBy } from './field-frame.tsx';
import { TextField } from './text-field.tsx';

/** What is sent has fixed measures, so that its size does not depend on the screen that it was drawn on. */
const width = 600;
const height = 200;

/** A drawn signature as a PNG's data URL, or a typed name for whoever cannot draw. */
export function SignatureField({ field }: { field: FieldState }) {
  const { t } = useText();
  const [isTyped, setTyped] = useState(false);
  const swap = (): void => {
    field.change('');
    setTyped(!isTyped);
  };
  const swapButton = (
    <button type="button" class="button button-quiet" onClick={swap}>
      {t(isTyped ? 'upc.signature.draw' : 'upc.signature.type')}
    </button>
  );
  if (!isTyped) return <DrawnSignature field={field}>{swapButton}</DrawnSignature>;
  return (
    <div class="signature">
      <TextField field={field} label={t('upc.signature.typed')} attributes={{ autocomplete: 'name' }} />
      {swapButton}
    </div>
  );
}

function DrawnSignature({ field, children }: { field: FieldState; children: ComponentChildren }) {
  const { t } = useText();
  const { id, error } = field;
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<SignaturePad | null>(null);
  const change = useRef(field.change);
  change.current = field.change;

  useEffect(() => {
    if (!canvas.current) return;
    const drawn = canvas.current;
    const created = new SignaturePad(drawn, {
      penColor: '#111827',
      backgroundColor: '#ffffff',
      minWidth: 1,
      maxWidth: 3,
    });
    pad.current = created;
    created.addEventListener('endStroke', () => change.current(drawn.toDataURL('image/png')));
    const fitting = new ResizeObserver(() => fitStrokes(drawn));
    fitting.observe(drawn);
    return () => {
      fitting.disconnect();
      created.off();
    };
  }, []);

  const clear = (): void => {
    pad.current?.clear();
    field.change('');
  };
  return (
    <div class={error === undefined ? 'field' : 'field field-wrong'} role="group" aria-labelledby={`${id}-label`}>
      <p id={`${id}-label`} class="label">
        {t('upc.signature')}
      </p>
      <canvas
        ref={canvas}
        id={id}
        class="signature-canvas"
        width={width}
        height={height}
        tabIndex={-1}
        role="img"
        aria-label={t('upc.signature.canvas')}
        aria-describedby={describedBy(id, undefined, error)}
      />
      <p id={`${id}-error`} class="error" aria-live="polite">
        {error}
      </p>
      <div class="quiet-buttons">
        <button type="button" class="button button-quiet" onClick={clear}>
          {t('upc.signature.clear')}
        </button>
        {children}
      </div>
    </div>
  );
}

/** The pad counts in the page's pixels; the canvas has its own, and is never shown wider than these. */
function fitStrokes(canvas: HTMLCanvasElement): void {
  const shown = canvas.getBoundingClientRect();
  if (shown.width === 0) return;
  canvas.getContext('2d')?.setTransform(width / shown.width, 0, 0, height / shown.height, 0, 0);
}
