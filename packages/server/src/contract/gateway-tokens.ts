import { type Static, Type } from 'typebox';
import { oneOf } from './schema.ts';

const GatewayToken = Type.Object({
  merchant_account_id: Type.String(),
  status: oneOf(['pending', 'active', 'failed', 'retiring', 'retirement-failed'], {
    description:
      '`active`: in use. `pending`: still to be obtained; `failed`: could not be. `retiring`: an earlier token, still ' +
      'to be deleted at the gateway; `retirement-failed`: could not be.',
  }),
  token: Type.Optional(Type.String({ description: 'Of an active one only' })),
  reason: Type.Optional(
    oneOf(['gateway_failed', 'declined', 'not_transferable', 'number_gone', 'merchant_account_inactive'], {
      description:
        'Why the last attempt did not succeed. `not_transferable`: an agreement that holds for one merchant account.',
    }),
  ),
  since: Type.Optional(Type.String({ format: 'date-time', description: 'Of what is still to be done: since when' })),
});
export type GatewayToken = Static<typeof GatewayToken>;

/** A record's tokens at the merchant accounts, with what is still to be done there. */
export const GatewayTokens = Type.Object({ Items: Type.Array(GatewayToken) });
export type GatewayTokens = Static<typeof GatewayTokens>;
