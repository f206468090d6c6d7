/** A session that is in the middle of something while its page is away at a bank's or a wallet's, or is reloaded. */
export type PendingSession = { token: string; since: number };

const place = 'onfile-demo-session';

/** The session that this tab left the page with, once: nothing of it stays behind. */
export function takePendingSession(): PendingSession | null {
  const kept = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  if (kept === null) return null;
  try {
    const { token, since } = JSON.parse(kept);
    return typeof token === 'string' && typeof since === 'number' ? { token, since } : null;
  } catch {
    return null;
  }
}

/** Keeps what `pending` answers for as long as the page is away. Answers how to stop that. */
export function keepPendingSession(pending: () => PendingSession | null): () => void {
  const leave = (): void => {
    const session = pending();
    if (session) sessionStorage.setItem(place, JSON.stringify(session));
  };
  // A page that the back button brings back as it was still has it.
  const comeBack = (): void => sessionStorage.removeItem(place);
  addEventListener('pagehide', leave);
  addEventListener('pageshow', comeBack);
  return () => {
    removeEventListener('pagehide', leave);
    removeEventListener('pageshow', comeBack);
  };
}
