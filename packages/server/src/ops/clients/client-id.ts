import { randomText } from '../../crypto/random-token.ts';

const pattern = /^([a-z0-9][a-z0-9-]{1,62})\.[0-9A-Za-z]{22}$/;

/** An id that names its tenant, so that the client can be looked up inside the tenant's walls. */
export const newClientId = (tenantId: string): string => `${tenantId}.${randomText(22)}`;

/** The tenant that a client id names; null for anything that could not be one. */
export const tenantOfClientId = (clientId: string): string | null => pattern.exec(clientId)?.[1] ?? null;
