import { useEffect } from 'preact/hooks';
import { CallList } from './call-list.tsx';
import { ChoicesBar } from './choices-bar.tsx';
import { OnFile } from './on-file.tsx';
import { PaymentForm } from './payment-form.tsx';
import { RecordView } from './record-view.tsx';
import { StageNotice } from './stage-notice.tsx';
import { TestNumberList } from './test-number-list.tsx';
import { useShop } from './use-shop.ts';

/** The account page of a gym that does not exist, and beside it what the main job did. */
export function AccountPage() {
  const shop = useShop();
  const { account, choices, session, stage } = shop;

  useEffect(() => {
    document.documentElement.dataset['colorScheme'] = choices.appearance;
  }, [choices.appearance]);

  return (
    <>
      <header class="top">
        <p class="brand">
          <img src="/demo/icon.svg" alt="" width="32" height="32" />
          Northgate Gym
        </p>
        <p class="demo-note">A demo of Onfile in test mode: only published test numbers are taken.</p>
      </header>
      <main aria-label="Account">
        <div class="shop">
          <section class="panel">
            <h1>Your payment method</h1>
            <OnFile account={account} />
            <StageNotice stage={stage} account={account} onStartAgain={() => shop.startAgain()} />
            {session === null ? (
              <div class="form form-waiting" />
            ) : (
              <PaymentForm
                key={session}
                session={session}
                choices={choices}
                onReady={shop.onReady}
                onState={shop.onState}
                onSuccess={shop.onSuccess}
                onError={shop.onError}
              />
            )}
          </section>
          <RecordView account={account} />
        </div>
        <div class="inside">
          <ChoicesBar choices={choices} onChoose={shop.choose} onStartAgain={() => shop.startAgain(true)} />
          <TestNumberList />
          <CallList calls={shop.calls} />
        </div>
      </main>
    </>
  );
}
