import { install } from './payment-widget.ts';

/** The same as `window.paymentWidget`, for `import`. */
export const paymentWidget = install(import.meta.url);
