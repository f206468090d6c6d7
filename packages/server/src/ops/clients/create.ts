import type { Context } from '../../context.ts';
import type { Scope } from '../../contract/scopes.ts';
import { secretHash } from '../../crypto/keyed-hash.ts';
import { randomText } from '../../crypto/random-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { insertClient } from '../../store/credentials.ts';
import { holdContactInPlace } from '../../store/customers.ts';
import { insertTrail } from '../../store/trail.ts';
import { checkName } from '../display-name.ts';
import { grantedScopes } from '../granted-scopes.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { newClientId } from './client-id.ts';

export type ClientCreation = {
  name: string;
  scopes: readonly string[];
  /** The one contact whose data the client may see and change; every contact's when left out. */
  contactId?: string | undefined;
};

export type CreatedClient = {
  clientId: string;
  /** Shown this once; only its hash is kept. */
  clientSecret: Secret<string>;
  tenantId: string;
  name: string;
  scopes: Scope[];
  contactId: string | null;
};

/** Makes a client that gets access tokens with these scopes. Throws 400 for an unknown scope and for none, 404 for an unknown contact. */
export const createClient = operation(null, async (ctx: Context, input: ClientCreation): Promise<CreatedClient> => {
  const { tenantId } = ctx.tenant;
  const { name, contactId = null } = input;
  checkName(name);
  const scopes = grantedScopes(input.scopes);
  const createdAt = ctx.now();
  const clientId = newClientId(tenantId);
  const secret = randomText(43);
  const created: CreatedClient = { clientId, clientSecret: new Secret(secret), tenantId, name, scopes, contactId };
  await ctx.db.transaction(tenantId, async (tx) => {
    // An erasure revokes the clients of its contact: it finds this one, or this one finds no contact.
    if (contactId !== null && !(await holdContactInPlace(tx, contactId))) {
      throw new OnfileError('errormessage.contact.not.found', { reference: 'contactId' });
    }
    await insertClient(tx, { clientId, name, secretHash: secretHash(secret), scopes, createdAt, contactId });
    await insertTrail(
      tx,
      trailOf(ctx, { action: 'client.created', at: createdAt, subject: { kind: 'client', id: clientId } }),
    );
    await keepAnswerIn(tx, ctx, created);
  });
  return created;
});
