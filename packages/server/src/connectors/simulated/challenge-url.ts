/** Names one challenge of the simulator. The id is unguessable, because the page behind the URL asks for nothing else. */
export type ChallengeName = { tenantId: string; challengeId: string };

/** Length of a challenge id: 22 letters and digits hold 131 bits. */
export const challengeIdLength = 22;

const named = /^(?<tenantId>[a-z0-9][a-z0-9-]{1,62})\.(?<challengeId>[0-9A-Za-z]{22})$/;

/** Where the customer decides a challenge; the last part of the path names the tenant, so that it can be looked up. */
export const challengeUrl = (baseUrl: string, { tenantId, challengeId }: ChallengeName): string =>
  `${baseUrl}/simulator/challenges/${tenantId}.${challengeId}`;

/** Reads the last part of a challenge's path; `undefined` for anything that `challengeUrl` could not have made. */
export const parseChallengeName = (text: string): ChallengeName | undefined => {
  const { tenantId, challengeId } = named.exec(text)?.groups ?? {};
  return tenantId && challengeId ? { tenantId, challengeId } : undefined;
};
