import { connectMessage, type FrameMessage, type HostMessage, readFrameMessage } from '@onfile/card/frame-messages';

export type FrameConnection = {
  /** Drops the message when the frame is not connected. Answers whether it was sent. */
  send: (message: HostMessage) => boolean;
  close: () => void;
};

export type FrameEvents = {
  /** The frame's own document holds the other end of the port: what is sent now reaches nobody else. */
  onConnected: () => void;
  onMessage: (message: FrameMessage) => void;
  /** Nothing answered: no network, or this site may not embed the frame. */
  onUnreachable: () => void;
};

const loadingMs = 30_000;
const answerMs = 5_000;

/**
 * Gives each document that the iframe loads one end of a new port. The message names the frame's origin, so that the
 * browser delivers it, and the port, to a document of that origin only; nothing is ever received outside the port.
 */
export function connectFrame(iframe: HTMLIFrameElement, origin: string, events: FrameEvents): FrameConnection {
  let port: MessagePort | null = null;
  let deadline = setTimeout(giveUp, loadingMs);

  // What stands in no page yet, as a framework's container may, has not begun to load.
  function giveUp(): void {
    if (iframe.isConnected) events.onUnreachable();
    else deadline = setTimeout(giveUp, loadingMs);
  }

  const connect = (): void => {
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.addEventListener('message', ({ data }) => {
      const message = readFrameMessage(data);
      if (message?.type === 'connected') {
        clearTimeout(deadline);
        events.onConnected();
      } else if (message) {
        events.onMessage(message);
      }
    });
    port.start();
    clearTimeout(deadline);
    deadline = setTimeout(giveUp, answerMs);
    iframe.contentWindow?.postMessage(connectMessage, origin, [channel.port2]);
  };
  iframe.addEventListener('load', connect);

  return {
    send(message) {
      port?.postMessage(message);
      return port !== null;
    },
    close() {
      clearTimeout(deadline);
      iframe.removeEventListener('load', connect);
      port?.close();
      port = null;
    },
  };
}
