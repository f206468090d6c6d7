import type { Call } from './shop-backend.ts';

const callers = { component: 'browser', shop: 'backend' } as const;

/** Who called what, the latest first; numbers, codes and tokens are in none of it. */
export function CallList({ calls }: { calls: readonly Call[] }) {
  return (
    <section class="panel" aria-labelledby="calls">
      <h2 id="calls">Requests</h2>
      {calls.length === 0 && <p class="hint">Nothing was asked yet.</p>}
      {calls.length > 0 && (
        <ol class="calls" tabIndex={0} aria-label="Requests, the latest first">
          {calls.map(({ id, by, method, path, status, milliseconds }) => (
            <li key={id}>
              <span class={`caller caller-${by}`}>{callers[by]}</span>
              <code>
                <b>{method}</b> {path}
              </code>
              <span class={status < 400 ? 'status' : 'status status-failed'}>{status}</span>
              <span class="duration">{milliseconds} ms</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
