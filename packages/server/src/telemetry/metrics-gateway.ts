import type { Connector } from '../connectors/connector.ts';
import { DurationHistogram } from './duration-histogram.ts';
import type { MetricSnapshot } from './metric-snapshot.ts';

const boundsInSeconds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const msPerSecond = 1000;

type Call<Subject, Result> = (
  account: Parameters<Connector['tokenize']>[0],
  subject: Subject,
  signal: AbortSignal,
) => Promise<Result>;

/** Calls to payment gateways, by operation and how they came out. */
export class GatewayMetrics {
  readonly #durations = new DurationHistogram<'gateway' | 'operation' | 'outcome'>(
    'onfile_gateway_call_duration_seconds',
    'How long calls to payment gateways took, by their outcome.',
    boundsInSeconds,
  );

  /** The same connector, whose calls are counted under the gateway's name. */
  measure(connector: Connector, gateway: string): Connector {
    const measured =
      <Subject, Result>(
        operation: keyof Connector,
        call: Call<Subject, Result>,
        outcomeOf: (result: Result) => string = () => 'done',
      ): Call<Subject, Result> =>
      async (account, subject, signal) => {
        const begun = performance.now();
        let outcome = 'failed';
        try {
          const result = await call(account, subject, signal);
          outcome = outcomeOf(result);
          return result;
        } catch (error) {
          // Whoever waited gave up: the deadline has passed, or nobody wants the answer any more.
          if (signal.aborted) outcome = 'given_up';
          throw error;
        } finally {
          this.#durations.series({ gateway, operation, outcome }).observe((performance.now() - begun) / msPerSecond);
        }
      };
    const outcomeOf = ({ outcome }: { outcome: string }) => outcome;
    return {
      checkCard: measured('checkCard', (...call) => connector.checkCard(...call), outcomeOf),
      checkBankAccount: measured('checkBankAccount', (...call) => connector.checkBankAccount(...call), outcomeOf),
      startRedirect: measured('startRedirect', (...call) => connector.startRedirect(...call), outcomeOf),
      concludeChallenge: measured('concludeChallenge', (...call) => connector.concludeChallenge(...call), outcomeOf),
      tokenize: measured('tokenize', (...call) => connector.tokenize(...call)),
      retireToken: measured('retireToken', (...call) => connector.retireToken(...call)),
    };
  }

  snapshot(): MetricSnapshot[] {
    return [this.#durations.snapshot()];
  }
}
