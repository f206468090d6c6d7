import { useEffect, useRef, useState } from 'preact/hooks';
import { createGateway } from '../gateway.ts';
import type { CustomerData, FrameConfig, Host } from '../host-port.ts';
import type { Translate } from '../texts/translate.ts';
import { billingAddressOf } from './billing-address.ts';
import { createPaymentFlow } from './payment-flow.ts';
import type { PaymentFlow, Problem } from './payment-steps.ts';
import { type FieldFault, type FlowState, initialState, type Notice } from './phase.ts';

/** What the form in use tells the application, and is told by it. */
export type FormHandle = {
  customerData: CustomerData;
  isReady: boolean;
  /** A fault of the entry that none of the form's fields has. */
  unplaced: Notice | undefined;
  onReadiness: (isReady: boolean) => void;
  onSubmitter: (submit: () => Promise<boolean>) => void;
  onUnplacedFault: (fault: FieldFault) => void;
};

/** The flow of this frame's session, begun once, with its state; the host's wishes go to it. */
export function usePaymentFlow(
  host: Host,
  config: FrameConfig,
  texts: Translate | null,
): { state: FlowState; flow: PaymentFlow; form: FormHandle } {
  const [state, setState] = useState(initialState);
  const [customerData, setCustomerData] = useState(config.customerData);
  const [isReady, setReady] = useState(false);
  const [unplaced, setUnplaced] = useState<{ of: FlowState['phase']; notice: Notice } | null>(null);
  const latest = useRef({ phase: state.phase, customerData });
  latest.current = { phase: state.phase, customerData };
  const submitForm = useRef<(() => Promise<boolean>) | null>(null);
  const problems = useRef<Problem[]>([]);
  const [, setProblemCount] = useState(0);
  const [flow] = useState(() => begin());

  function begin(): PaymentFlow {
    const { sessionToken, locale, returnUrl } = config;
    return createPaymentFlow({
      gateway: createGateway({ sessionToken, locale }),
      host,
      report: (problem) => {
        problems.current.push(problem);
        setProblemCount((count) => count + 1);
      },
      returnUrl,
      billingAddress: () => billingAddressOf(latest.current.customerData),
      onState: setState,
    });
  }

  useEffect(() => {
    void flow.start();
    host.onCustomerData(setCustomerData);
    host.onSubmit(async () => {
      if (latest.current.phase.name === 'review') return flow.confirm();
      return (await submitForm.current?.()) ?? false;
    });
    return flow.stop;
  }, []);

  useEffect(() => {
    if (!texts) return;
    for (const { code, notice, fatal } of problems.current.splice(0)) {
      host.error({ code, message: 'key' in notice ? texts(notice.key) : notice.text, fatal });
    }
  });

  return {
    state,
    flow,
    form: {
      customerData,
      isReady,
      unplaced: unplaced?.of === state.phase ? unplaced.notice : undefined,
      onReadiness: setReady,
      onSubmitter: (submit) => {
        submitForm.current = submit;
      },
      onUnplacedFault: ({ text }) => setUnplaced({ of: state.phase, notice: { text } }),
    },
  };
}
