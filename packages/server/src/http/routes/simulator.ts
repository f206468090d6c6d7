import type { FastifyReply, FastifyRequest } from 'fastify';
import { challengeStyle, challengeStylePath, renderChallengePage } from '../../connectors/simulated/challenge-page.ts';
import { type ChallengeName, parseChallengeName } from '../../connectors/simulated/challenge-url.ts';
import type { ChallengeState, ChallengeStore } from '../../connectors/simulated/simulated-connector.ts';
import { OnfileError } from '../../errors.ts';
import type { App } from '../app-type.ts';

const policy =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self' http: https:";

type ChallengeRequest = FastifyRequest<{ Params: { name: string } }>;

/** The simulated gateway's own pages: where a customer answers the challenges of test mode. */
export function serveSimulator(app: App, challenges: ChallengeStore): void {
  const url = '/simulator/challenges/:name';
  const notFound = () => new OnfileError('errormessage.route.not.found');

  const nameOf = (request: ChallengeRequest): ChallengeName => {
    const name = parseChallengeName(request.params.name);
    if (!name) throw notFound();
    return name;
  };
  const sendPage = (reply: FastifyReply, state: ChallengeState): FastifyReply =>
    reply
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
      .send(renderChallengePage(state));

  app.get(challengeStylePath, { schema: { hide: true } }, (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').send(challengeStyle),
  );

  app.get(url, { schema: { hide: true } }, async (request: ChallengeRequest, reply) => {
    const challenge = await challenges.find(nameOf(request));
    if (!challenge) throw notFound();
    return sendPage(reply, challenge.state);
  });

  app.post(url, { schema: { hide: true }, config: { takesForm: true } }, async (request: ChallengeRequest, reply) => {
    const name = nameOf(request);
    if (!(await challenges.find(name))) throw notFound();
    const { outcome } = (request.body ?? {}) as { outcome?: unknown };
    if (outcome !== 'complete' && outcome !== 'fail') {
      throw new OnfileError('errormessage.validation.value', { reference: 'outcome' });
    }
    await challenges.decide({ ...name, state: outcome === 'complete' ? 'completed' : 'failed' });
    const decided = await challenges.find(name);
    return sendPage(reply, decided?.state ?? 'failed');
  });
}
