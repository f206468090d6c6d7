import type { FastifyReply, FastifyRequest } from 'fastify';
import { renderChallengePage } from '../../connectors/simulated/challenge-page.ts';
import type { ChallengeStore } from '../../connectors/simulated/challenge-store.ts';
import { pageStyle, pageStylePath } from '../../connectors/simulated/page.ts';
import { type PageName, parsePageName } from '../../connectors/simulated/page-url.ts';
import { renderRedirectPage } from '../../connectors/simulated/redirect-page.ts';
import type { Redirect, RedirectDecision, RedirectStore } from '../../connectors/simulated/redirect-store.ts';
import type { SimulatorMemory } from '../../connectors/simulated/simulated-connector.ts';
import { findTestPayer, testPayers } from '../../connectors/simulated/test-payers.ts';
import { OnfileError } from '../../errors.ts';
import type { App } from '../app-type.ts';
import { formLimit } from '../form-text.ts';

type PageRequest = FastifyRequest<{ Params: { name: string } }>;

const policy = (sources: string): string => `default-src 'none'; style-src 'self'; base-uri 'none'; ${sources}`;

const challengePolicy = policy("form-action 'self'; frame-ancestors 'self' http: https:");

// A browser holds the way back, to which the form's answer redirects, against form-action too. The page may stand in
// no frame, as those of the parties that it stands in for.
const redirectPolicy = ({ returnUrl }: Redirect): string =>
  policy(`form-action 'self'${returnUrl === null ? '' : ` ${new URL(returnUrl).origin}`}; frame-ancestors 'none'`);

const notFound = () => new OnfileError('errormessage.route.not.found');

const refused = (reference: string) => new OnfileError('errormessage.validation.value', { reference });

const nameOf = (request: PageRequest): PageName => {
  const name = parsePageName(request.params.name);
  if (!name) throw notFound();
  return name;
};

const formOf = (request: PageRequest): Record<string, unknown> => (request.body ?? {}) as Record<string, unknown>;

const sendPage = (reply: FastifyReply, page: string, pagePolicy: string): FastifyReply =>
  reply.headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy }).send(page);

/** The simulated gateway's own pages: where a customer answers the challenges and redirects of test mode. */
export function serveSimulator(app: App, { challenges, redirects }: SimulatorMemory): void {
  app.get(pageStylePath, { schema: { hide: true } }, (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').send(pageStyle),
  );
  serveChallenges(app, challenges);
  serveRedirects(app, redirects);
}

function serveChallenges(app: App, challenges: ChallengeStore): void {
  const url = '/simulator/challenges/:name';

  const show = async (name: PageName, reply: FastifyReply) => {
    const challenge = await challenges.find(name);
    if (!challenge) throw notFound();
    return sendPage(reply, renderChallengePage(challenge.state), challengePolicy);
  };

  app.get(url, { schema: { hide: true } }, (request: PageRequest, reply) => show(nameOf(request), reply));

  app.post(
    url,
    { schema: { hide: true }, config: { takesForm: true }, bodyLimit: formLimit },
    async (request: PageRequest, reply) => {
      const name = nameOf(request);
      if (!(await challenges.find(name))) throw notFound();
      const { outcome } = formOf(request);
      if (outcome !== 'complete' && outcome !== 'fail') throw refused('outcome');
      await challenges.decide({ ...name, state: outcome === 'complete' ? 'completed' : 'failed' });
      return show(name, reply);
    },
  );
}

const decisionOf = ({ choice }: Redirect, { outcome, payer }: Record<string, unknown>): RedirectDecision => {
  if (outcome === 'cancel') return { state: 'cancelled', payerId: null };
  if (outcome !== 'approve') throw refused('outcome');
  const found = findTestPayer(choice, payer ?? testPayers[choice][0].id);
  if (!found) throw refused('payer');
  return { state: 'approved', payerId: found.id };
};

function serveRedirects(app: App, redirects: RedirectStore): void {
  const url = '/simulator/redirects/:name';

  const find = async (name: PageName): Promise<Redirect> => {
    const redirect = await redirects.find(name);
    if (!redirect) throw notFound();
    return redirect;
  };

  app.get(url, { schema: { hide: true } }, async (request: PageRequest, reply) => {
    const redirect = await find(nameOf(request));
    return sendPage(reply, renderRedirectPage(redirect), redirectPolicy(redirect));
  });

  app.post(
    url,
    { schema: { hide: true }, config: { takesForm: true }, bodyLimit: formLimit },
    async (request: PageRequest, reply) => {
      const name = nameOf(request);
      const redirect = await find(name);
      await redirects.decide(name, decisionOf(redirect, formOf(request)));
      if (redirect.returnUrl !== null) return reply.redirect(new URL(redirect.returnUrl).href, 303);
      return sendPage(reply, renderRedirectPage(await find(name)), redirectPolicy(redirect));
    },
  );
}
