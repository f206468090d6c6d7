import { install } from './payment-widget.ts';

/**
 * Where this file came from. Run as a module it has no `currentScript`, and may not speak of `import.meta` either, which
 * a classic script cannot parse; the stack of an error names the file then.
 */
function scriptUrl(): string {
  if (document.currentScript instanceof HTMLScriptElement) return document.currentScript.src;
  const [url] = /https?:\/\/[^\s)@]+\/component\/v1\/widget\.js/.exec(new Error('where').stack ?? '') ?? [];
  if (url === undefined) throw new Error('paymentWidget: load widget.js from the server, or import widget.mjs');
  return url;
}

install(scriptUrl());
