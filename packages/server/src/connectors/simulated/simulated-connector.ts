import { setTimeout as delay } from 'node:timers/promises';
import { brandOf, securityCodeLength } from '@onfile/card/brand';
import { isExpired } from '@onfile/card/expiry';
import { randomText } from '../../crypto/random-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { type CardDetails, type Connector, ConnectorError, type DeclineReason } from '../connector.ts';
import { type ChallengeName, challengeIdLength, challengeUrl } from './challenge-url.ts';
import type { PublishedOutcome } from './published-outcome.ts';
import { findTestCard, type TestCard } from './test-cards.ts';

/** How far a challenge is: open, or decided on its page. */
export type ChallengeState = 'pending' | 'completed' | 'failed';

/** Where challenges live between the submitting call, their page and the conclusion. */
export type ChallengeStore = {
  /** Keeps a new challenge, pending. */
  create(challenge: ChallengeName & { publishedOutcome: PublishedOutcome }): Promise<void>;
  find(name: ChallengeName): Promise<{ state: ChallengeState; publishedOutcome: PublishedOutcome } | null>;
  /** Decides a pending challenge; the first decision stays. */
  decide(decision: ChallengeName & { state: Exclude<ChallengeState, 'pending'> }): Promise<void>;
};

export type SimulatedConnectorOptions = {
  challenges: ChallengeStore;
  /** Origin of this server as the customer's browser sees it, without a slash at the end. */
  baseUrl: () => string;
  /** How long each call takes; 0 by default. */
  latencyMs?: number;
  /** Share of calls that fail with `ConnectorError`, 0 (the default) to 1. */
  failureRate?: number;
  random?: () => number;
};

/**
 * The gateway of test mode: does with each published test number what its gateway publishes, for any future expiry and
 * any code of the right length. A number on no list is refused with `errormessage.card.number.not.test`.
 */
export const createSimulatedConnector = (options: SimulatedConnectorOptions): Connector => {
  const { challenges, baseUrl, latencyMs = 0, failureRate = 0, random = Math.random } = options;

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
      const challengeId = randomText(challengeIdLength);
      await challenges.create({ tenantId, challengeId, publishedOutcome: outcome });
      const url = challengeUrl(baseUrl(), { tenantId, challengeId });
      return { outcome: 'challenged', challengeReference: challengeId, action: { type: 'CHALLENGE', url } };
    },

    async concludeChallenge({ tenantId }, challengeReference, signal) {
      await reachGateway(signal);
      const challenge = await challenges.find({ tenantId, challengeId: challengeReference });
      if (challenge?.state === 'pending') return { outcome: 'pending' };
      if (challenge?.state === 'completed') return concluded(challenge.publishedOutcome);
      return concluded('authentication_failed');
    },

    async tokenizeCard(_account, card, signal) {
      publishedCard(card);
      await reachGateway(signal);
      return new Secret(`sim_${randomText(32)}`);
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

const publishedCard = (card: CardDetails): TestCard => {
  const testCard = findTestCard(card.number.reveal());
  if (!testCard) throw new OnfileError('errormessage.card.number.not.test', { reference: 'creditCard.cardNumber' });
  return testCard;
};

const detailsRefusal = (card: CardDetails & { securityCode: Secret<string> }): DeclineReason | undefined => {
  if (isExpired({ month: card.expiryMonth, year: card.expiryYear }, new Date())) return 'expired_card';
  const brand = brandOf(card.number.reveal());
  const codeLength = brand && securityCodeLength(brand);
  return card.securityCode.reveal().length === codeLength ? undefined : 'incorrect_security_code';
};
