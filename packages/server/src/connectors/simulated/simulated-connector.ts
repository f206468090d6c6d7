import { setTimeout as delay } from 'node:timers/promises';
import { brandOf, securityCodeLength } from '@onfile/card/brand';
import { isExpired } from '@onfile/card/expiry';
import { randomText } from '../../crypto/random-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import {
  type BankAccountDetails,
  type CardDetails,
  type ChallengeResult,
  type Connector,
  ConnectorError,
  type DeclineReason,
  type InstrumentDetails,
} from '../connector.ts';
import type { ChallengeStore } from './challenge-store.ts';
import { pageIdLength, pageUrl } from './page-url.ts';
import type { PublishedOutcome } from './published-outcome.ts';
import type { Redirect, RedirectStore } from './redirect-store.ts';
import { findTestBankAccount, type TestBankAccount } from './test-bank-accounts.ts';
import { findTestCard, type TestCard } from './test-cards.ts';
import { findTestPayer } from './test-payers.ts';

/** What the simulated gateway remembers of its pages. */
export type SimulatorMemory = { challenges: ChallengeStore; redirects: RedirectStore };

export type SimulatedConnectorOptions = SimulatorMemory & {
  /** Origin of this server as the customer's browser sees it, without a slash at the end. */
  baseUrl: () => string;
  /** How long each call takes; 0 by default. */
  latencyMs?: number;
  /** Share of calls that fail with `ConnectorError`, 0 (the default) to 1. */
  failureRate?: number;
  random?: () => number;
};

/**
 * The gateway of test mode: does with each published test number what its publisher says; with cards for any future
 * expiry and any code of the right length. A number on no list is refused with `errormessage.card.number.not.test`, or
 * `errormessage.account.number.not.test` without a reference, because fields are called after the payment choice.
 */
export const createSimulatedConnector = (options: SimulatedConnectorOptions): Connector => {
  const { challenges, redirects, baseUrl, latencyMs = 0, failureRate = 0, random = Math.random } = options;

  const reachGateway = async (signal: AbortSignal): Promise<void> => {
    try {
      signal.throwIfAborted();
      if (latencyMs > 0) await delay(latencyMs, undefined, { signal });
    } catch (cause) {
      throw new ConnectorError('the simulated gateway was late', { cause });
    }
    if (random() < failureRate) throw new ConnectorError('the simulated gateway failed');
  };

  return {
    async checkCard({ tenantId }, card, signal) {
      const { outcome, challenge } = publishedCard(card);
      await reachGateway(signal);
      const refusal = detailsRefusal(card);
      if (refusal) return { outcome: 'declined', reason: refusal };
      if (!challenge) return concluded(outcome);
      const pageId = randomText(pageIdLength);
      await challenges.create({ tenantId, pageId, publishedOutcome: outcome });
      const url = pageUrl(baseUrl(), 'challenges', { tenantId, pageId });
      return { outcome: 'challenged', challengeReference: pageId, action: { type: 'CHALLENGE', url } };
    },

    async checkBankAccount(_account, bankAccount, signal) {
      const { outcome } = publishedBankAccount(bankAccount);
      await reachGateway(signal);
      return concluded(outcome);
    },

    // The other party's page asks for the bank itself, as iDEAL 2.0 does, so the issuer goes nowhere.
    async startRedirect({ tenantId }, { choice, returnUrl = null }, signal) {
      await reachGateway(signal);
      const pageId = randomText(pageIdLength);
      await redirects.create({ tenantId, pageId, choice, returnUrl });
      const url = pageUrl(baseUrl(), 'redirects', { tenantId, pageId });
      return { outcome: 'challenged', challengeReference: pageId, action: { type: 'REDIRECT', url } };
    },

    async concludeChallenge({ tenantId }, challengeReference, signal) {
      await reachGateway(signal);
      const name = { tenantId, pageId: challengeReference };
      const challenge = await challenges.find(name);
      if (!challenge) return redirectResult(await redirects.find(name));
      if (challenge.state === 'pending') return { outcome: 'pending' };
      return concluded(challenge.state === 'completed' ? challenge.publishedOutcome : 'authentication_failed');
    },

    async tokenize(_account, instrument, signal) {
      refuseUnpublished(instrument);
      await reachGateway(signal);
      return newSimulatedToken();
    },

    async retireToken(_account, _token, signal) {
      await reachGateway(signal);
    },
  };
};

const concluded = (
  outcome: PublishedOutcome,
): { outcome: 'approved' } | { outcome: 'declined'; reason: DeclineReason } =>
  outcome === 'approved' ? { outcome } : { outcome: 'declined', reason: outcome };

/** A token as the simulated gateway gives it. */
export const newSimulatedToken = (): Secret<string> => new Secret(`sim_${randomText(32)}`);

const redirectResult = (redirect: Redirect | null): ChallengeResult => {
  if (redirect?.state === 'pending' || redirect?.state === 'cancelled') return { outcome: redirect.state };
  const payer = redirect?.state === 'approved' ? findTestPayer(redirect.choice, redirect.payerId) : undefined;
  if (!payer) return concluded('authentication_failed');
  return { outcome: 'granted', instrument: { ...payer.grants, token: newSimulatedToken() } };
};

const publishedCard = (card: CardDetails): TestCard => {
  const testCard = findTestCard(card.number.reveal());
  if (!testCard) throw new OnfileError('errormessage.card.number.not.test', { reference: 'creditCard.cardNumber' });
  return testCard;
};

const publishedBankAccount = (bankAccount: BankAccountDetails): TestBankAccount => {
  const testAccount = findTestBankAccount(bankAccount);
  if (!testAccount) throw new OnfileError('errormessage.account.number.not.test');
  return testAccount;
};

const refuseUnpublished = (instrument: InstrumentDetails): void => {
  if (instrument.kind === 'card') publishedCard(instrument);
  else publishedBankAccount(instrument);
};

const detailsRefusal = (card: CardDetails & { securityCode: Secret<string> }): DeclineReason | undefined => {
  if (isExpired({ month: card.expiryMonth, year: card.expiryYear }, new Date())) return 'expired_card';
  const brand = brandOf(card.number.reveal());
  const codeLength = brand && securityCodeLength(brand);
  return card.securityCode.reveal().length === codeLength ? undefined : 'incorrect_security_code';
};
