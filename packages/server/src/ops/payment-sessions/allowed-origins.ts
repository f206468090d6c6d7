import type { Services } from '../../context.ts';
import { findAllowedOrigins } from '../../store/payment-sessions.ts';

const publicIdPattern = /^([a-z0-9][a-z0-9-]{1,62})\.([0-9A-Za-z]{16,32})$/;

/**
 * Sites that may embed the component for a session, by the public id in its token (`<tenant>.<public part>`); null when
 * there was no such session (one that has ended still counts). Nobody has to show who they are: a frame is asked for by its URL alone.
 */
export async function allowedOriginsOf(services: Services, publicId: string): Promise<string[] | null> {
  const [, tenantId, sessionId] = publicIdPattern.exec(publicId) ?? [];
  return tenantId && sessionId ? findAllowedOrigins(services.db, tenantId, sessionId) : null;
}
