import type { InstrumentDetails } from '../frame/gateway-answers.ts';
import type { Choices } from './choices.ts';

/** What the account bills now; without a choice when it is nothing yet. */
export type BilledInstrument = {
  paymentChoice?: string;
  storedPaymentMethodId?: string;
  sysVersion?: number;
  accountVersion: number;
  details?: InstrumentDetails;
};

export type Account = {
  customer: { id: number; name: string };
  instrument: BilledInstrument;
  /** As the Records API answers it. */
  record?: { id: string; sys_version: number; [field: string]: unknown };
};

export type Call = {
  id: string;
  at: string;
  by: 'component' | 'shop';
  method: string;
  path: string;
  status: number;
  milliseconds: number;
};

type Published = { meaning: string; outcome: string };
export type TestCard = Published & { number: string; gateway: string; challenge: boolean };
export type TestBankAccount = Published & { kind: string; account: string; publisher: string };
export type TestNumbers = { cards: TestCard[]; bankAccounts: TestBankAccount[] };

/** The backend's refusal, in the language that was asked for. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

async function ask<Answer>(path: string, language: string, body?: object): Promise<Answer> {
  const response = await fetch(`/demo/${path}`, {
    credentials: 'omit',
    headers: { 'accept-language': language, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(String(answer.errorCode), String(answer.errorMessage));
  return answer;
}

/** Begins a session for the visitor. Answers its token. */
export async function startSession({ language, method, signature }: Choices): Promise<string> {
  const wishes = {
    ...(method === '' ? {} : { permittedPaymentChoices: [method] }),
    ...(signature ? { requireDirectDebitSignature: true } : {}),
  };
  return (await ask<{ token: string }>('sessions', language, wishes)).token;
}

export const replaceInstrument = (paymentRequestToken: string, language: string): Promise<BilledInstrument> =>
  ask('replacements', language, { paymentRequestToken });

export const readAccount = (language: string): Promise<Account> => ask('account', language);

export const readCalls = async (): Promise<Call[]> => (await ask<{ calls: Call[] }>('calls', 'en')).calls;

export const readTestNumbers = (): Promise<TestNumbers> => ask('test-numbers', 'en');
