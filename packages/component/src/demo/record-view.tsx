import type { Account } from './shop-backend.ts';

/** The stored payment method behind the account, as the Records API answers it. */
export function RecordView({ account }: { account: Account | null }) {
  const record = account?.record;
  return (
    <section class="panel" aria-labelledby="record">
      <h2 id="record">Stored payment method</h2>
      {record ? (
        <>
          <p class="hint">
            <code>GET /storedPaymentMethods/demo/{record.id}</code>
          </p>
          <pre tabIndex={0} role="region" aria-label="Record as JSON">
            {JSON.stringify(record, null, 2)}
          </pre>
        </>
      ) : (
        <p class="hint">The record appears here as soon as the account bills one.</p>
      )}
    </section>
  );
}
