/** Names one page of the simulator. The id is unguessable, because the page behind the URL asks for nothing else. */
export type PageName = { tenantId: string; pageId: string };

/** Length of a page's id: 22 letters and digits hold 131 bits. */
export const pageIdLength = 22;

const named = /^(?<tenantId>[a-z0-9][a-z0-9-]{1,62})\.(?<pageId>[0-9A-Za-z]{22})$/;

/** Where the customer decides; the last part of the path names the tenant, so that the page can be looked up. */
export const pageUrl = (baseUrl: string, kind: 'challenges' | 'redirects', { tenantId, pageId }: PageName): string =>
  `${baseUrl}/simulator/${kind}/${tenantId}.${pageId}`;

/** Reads the last part of a page's path; `undefined` for anything that `pageUrl` could not have made. */
export const parsePageName = (text: string): PageName | undefined => {
  const { tenantId, pageId } = named.exec(text)?.groups ?? {};
  return tenantId && pageId ? { tenantId, pageId } : undefined;
};
