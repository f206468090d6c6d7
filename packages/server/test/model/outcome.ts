import type { Json, Model } from './state.ts';

/** A refusal; `reference` and `args` where the contract says what they are. */
export type Refusal = { status: number; code: string; reference?: string; args?: readonly unknown[] };

/** What a request may be answered: this body, one of these refusals, or what another request was answered. */
export type Expected =
  | { status: number; body: Json; tag?: string }
  | { refused: readonly Refusal[] }
  | { replay: string };

/** One of the things that may come of a request: the answer, and what the API knows then. */
export type Outcome = { expected: Expected; model: Model };

export const refusal = (status: number, code: string, details: Omit<Refusal, 'status' | 'code'> = {}): Refusal => ({
  status,
  code,
  ...details,
});

export const refused = (model: Model, refusals: readonly Refusal[]): Outcome => ({
  expected: { refused: refusals },
  model,
});

export const integer = (value: number) => ({ type: 'INTEGER', value: { value } });
export const string = (value: string) => ({ type: 'STRING', value: { value } });
export const fields = (values: readonly string[]) => ({ type: 'I18N_KEY_LIST', value: { values } });
