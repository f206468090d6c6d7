import type { PaymentError, PaymentState } from '@onfile/card/frame-messages';
import type { Styling, StylingKey } from '@onfile/card/frame-styling';
import type { PaymentWidget } from '../src/loader/payment-widget.ts';
import type { WidgetConfig } from '../src/loader/widget-config.ts';
import type { PaymentWidgetInstance } from '../src/loader/widget-instance.ts';
import type * as published from '../widget.d.ts';

/** Compiles only when the first type can stand wherever the second is asked for. */
type Fits<Given extends Wanted, Wanted> = Given;

/** What shops compile against says neither more nor less than the source; `npm run types` checks this file. */
export type PublishedTypesFit = [
  Fits<PaymentWidget, published.PaymentWidget>,
  Fits<PaymentWidgetInstance, published.PaymentWidgetInstance>,
  Fits<published.PaymentWidgetInstance, PaymentWidgetInstance>,
  Fits<published.WidgetConfig, WidgetConfig>,
  Fits<keyof WidgetConfig, keyof published.WidgetConfig>,
  Fits<StylingKey, keyof published.Styling>,
  Fits<published.Styling, Styling>,
  Fits<PaymentState, published.PaymentState>,
  Fits<PaymentError, published.PaymentError>,
];
