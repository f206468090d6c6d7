import type { PatchOperation } from './patched.ts';
import type { Json } from './state.ts';

/** Which of the records, or of the requests, of the sequence so far: counted from the newest one. */
type Back = number;

export type IfMatch = 'right' | 'stale' | 'unknown' | '*';

/** A body in terms of what is on file: fields to change, to leave out, to send as `null`. */
export type BodyChange = { fields: Json; leaveOut: string[]; nulls: string[]; directive?: string };

export type WriteStep =
  | { do: 'create'; body: BodyChange; flaw?: 'id' }
  | {
      do: 'put';
      record: Back;
      /** How many versions the body is older than the current one. */
      behind: number;
      body: BodyChange;
      sysVersion: boolean;
      modifiedAt: 'echoed' | 'later';
      ifMatch?: IfMatch;
    }
  | { do: 'patch'; record: Back; patch: PatchOperation[]; ifMatch?: IfMatch }
  | { do: 'delete'; record: Back; ifMatch?: IfMatch };

export type SingleStep =
  | WriteStep
  | { do: 'restore'; record: Back; behind: number | null; ifMatch?: IfMatch }
  | { do: 'bill'; entered: Back; customer: 'own' | 'other'; ifMatch?: IfMatch };

export type Entering = {
  do: 'enter';
  what: 'visa' | 'mastercard' | 'german account' | 'french account' | 'cash' | 'bank transfer' | 'picked';
  holder: string;
  year: number;
  address?: Json;
  /** Which of the instruments that are offered. */
  offered: number;
  left?: 'unsubmitted' | 'for a purchase';
};

export type Step =
  | (SingleStep & { key?: true })
  | Entering
  | { do: 'enter and bill'; enter: Entering; ifMatch?: IfMatch }
  | { do: 'batch'; operations: WriteStep[]; key?: true }
  | { do: 'retry'; keyed: Back; other?: true }
  | { do: 'race'; steps: [SingleStep, SingleStep]; key?: true }
  | { do: 'race a retry'; step: SingleStep };
