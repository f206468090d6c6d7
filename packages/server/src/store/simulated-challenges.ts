import type { Database } from './database.ts';

type ChallengeState = 'pending' | 'completed' | 'failed';
type ChallengeRef = { tenantId: string; pageId: string };

const write = {
  name: 'write-simulated-challenge',
  text: `
    INSERT INTO simulated_challenges (tenant_id, challenge_id, published_outcome, state, created_at)
    VALUES ($1, $2, $3, 'pending', $4)`,
};
const read = {
  name: 'read-simulated-challenge',
  text: `
    SELECT state, published_outcome AS "publishedOutcome"
    FROM simulated_challenges
    WHERE tenant_id = $1 AND challenge_id = $2`,
};
const change = {
  name: 'decide-simulated-challenge',
  text: `
    UPDATE simulated_challenges SET state = $3
    WHERE tenant_id = $1 AND challenge_id = $2 AND state = 'pending'`,
};

/** The simulated gateway's memory of its challenges; the outcomes are the connector's own words. */
export const simulatedChallenges = <Outcome extends string>(db: Database, now: () => Date) => ({
  async create(challenge: ChallengeRef & { publishedOutcome: Outcome }): Promise<void> {
    await db.single(challenge.tenantId, write, [
      challenge.tenantId,
      challenge.pageId,
      challenge.publishedOutcome,
      now(),
    ]);
  },
  async find({ tenantId, pageId }: ChallengeRef) {
    const [row] = await db.single<{ state: ChallengeState; publishedOutcome: Outcome }>(tenantId, read, [
      tenantId,
      pageId,
    ]);
    return row ?? null;
  },
  /** The first decision stands. */
  async decide({ tenantId, pageId, state }: ChallengeRef & { state: 'completed' | 'failed' }): Promise<void> {
    await db.single(tenantId, change, [tenantId, pageId, state]);
  },
});
