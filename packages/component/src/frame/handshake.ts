import { isConnectMessage } from '@onfile/card/frame-messages';

/** Sites that may embed the frame, as the server wrote them into the page, and the server's own. */
export function allowedOrigins(page: Document): ReadonlySet<string> {
  const written = page.querySelector<HTMLMetaElement>('meta[name="onfile-allowed-origins"]')?.content ?? '';
  return new Set([...written.split(' ').filter((origin) => origin !== ''), page.location.origin]);
}

/**
 * Waits for the port that the loader transfers, and takes one only: from the window around this one, and only when a
 * site that may embed the frame speaks there. The loader speaks first, to this origin alone, so the frame never has to
 * send a message to a window whose origin it does not know.
 */
export function acceptPort(frame: Window, origins: ReadonlySet<string>): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source !== frame.parent || frame.parent === frame || !origins.has(event.origin)) return;
      if (!isConnectMessage(event.data) || port === undefined || event.ports.length !== 1) return;
      frame.removeEventListener('message', onMessage);
      resolve(port);
    };
    frame.addEventListener('message', onMessage);
  });
}
