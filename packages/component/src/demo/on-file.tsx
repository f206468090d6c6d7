import { instrumentText } from './instrument-text.ts';
import type { Account } from './shop-backend.ts';

/** What the membership is billed to now. */
export function OnFile({ account }: { account: Account | null }) {
  if (!account) return <p class="on-file">Looking up your account…</p>;
  const { customer, instrument } = account;
  const billed = instrumentText(instrument);
  if (billed === null) {
    return (
      <p class="on-file">
        Hello {customer.name}. Nothing is on file yet: enter a card or a bank account to pay your membership with.
      </p>
    );
  }
  return (
    <dl class="on-file">
      <dt>Your membership is billed to</dt>
      <dd>
        {billed}
        {instrument.sysVersion !== undefined && <span class="version">Version {instrument.sysVersion}</span>}
      </dd>
    </dl>
  );
}
