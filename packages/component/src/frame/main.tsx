import { publicIdOf, readFrameConfig } from '@onfile/card/frame-config';
import { render } from 'preact';
import { applyStyling } from './apply-styling.ts';
import { acceptPort, allowedOrigins } from './handshake.ts';
import { type Host, openHost } from './host-port.ts';
import { PaymentApp } from './payment-app.tsx';

/** The server wrote the page for this session: its tenant's sites may embed it, and no other tenant's. */
const ownPublicId = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');

/** From the first content on: until then the loader keeps the room that a form needs. */
function followHeight(host: Host, main: HTMLElement): void {
  new ResizeObserver(() => host.resize(Math.ceil(main.getBoundingClientRect().height))).observe(main);
}

/** Tells the shop's developer what to correct; the customer sees that it is no fault of theirs. */
function refuse(host: Host, main: HTMLElement, field: string): void {
  const message = `The payment form cannot be shown: ${field} is not valid.`;
  main.textContent = message;
  main.removeAttribute('aria-busy');
  followHeight(host, main);
  host.error({ code: 'upc.error.configuration', message, fatal: true });
}

function start(host: Host, main: HTMLElement, given: Readonly<Record<string, unknown>>): void {
  const read = readFrameConfig(given);
  if ('fault' in read) return refuse(host, main, read.fault);
  const { config, refusedStyling } = read;
  if (publicIdOf(config.sessionToken) !== ownPublicId) return refuse(host, main, 'userSessionToken');
  for (const key of refusedStyling) {
    host.error({ code: 'upc.error.styling', message: `styling.${key} is not a value that can be used.`, fatal: false });
  }
  applyStyling(document.documentElement, config.styling);
  main.replaceChildren();
  main.removeAttribute('aria-busy');
  render(<PaymentApp host={host} config={config} />, main);
  followHeight(host, main);
}

async function run(main: HTMLElement | null): Promise<void> {
  if (main === null) throw new Error('the page has no main element');
  const port = await acceptPort(window, allowedOrigins(document));
  const host = openHost(port, (given) => start(host, main, given));
}

void run(document.querySelector('main'));
