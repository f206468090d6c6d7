import type { Entry, FieldFault } from '../flow/phase.ts';
import type { PaymentChoice, Session } from '../gateway-answers.ts';
import type { CustomerData } from '../host-port.ts';

/** What every payment method's form is given. */
export type FormProps = {
  choice: PaymentChoice;
  session: Session;
  customerData: CustomerData;
  hasButton: boolean;
  isBusy: boolean;
  /** Counts the refusals of the bank; a code that was sent once is asked for again. */
  declines: number;
  /** What the server found wrong with the entry. */
  fault: FieldFault | undefined;
  /** A fault that belongs to none of the form's fields. */
  onUnplacedFault: (fault: FieldFault) => void;
  /** Whether everything that the shop's own button has to wait for is done, such as a mandate's tick. */
  onReadiness: (isReady: boolean) => void;
  /** Gives the form's own submission to whoever presses the shop's button. */
  onSubmitter: (submit: () => Promise<boolean>) => void;
  /** Takes a checked entry. True when the instrument was taken. */
  enter: (entry: Entry) => Promise<boolean>;
};
