import type { Context } from '../context.ts';
import { paymentChoices } from '../contract/payments.ts';
import { replaceTenantSettings } from '../ops/tenants/replace-settings.ts';
import type { TenantCreation } from '../ops/tenants/rules.ts';
import { settingsOf } from '../ops/tenants/settings-content.ts';

/** Every choice can be tried. SEPA_CORE is the test identifier that the Deutsche Bundesbank publishes. */
export const demoSettings = {
  name: 'Northgate Gym (demo)',
  permittedPaymentChoices: { MEMBER_ACCOUNT: [...paymentChoices], ECOM: null },
  creditorIdentifiers: { SEPA_CORE: 'DE98ZZZ09999999999' },
} satisfies Partial<TenantCreation>;

/** Under which the demo shop can be opened in a browser on this machine, the listening address first. */
export function demoOrigins(host: string, { port, scheme }: { port: number; scheme: 'http' | 'https' }): string[] {
  const names = new Set([host.includes(':') ? `[${host}]` : host, '127.0.0.1', 'localhost']);
  return [...names].map((name) => new URL(`${scheme}://${name}:${port}`).origin);
}

/**
 * Lets the demo tenant's component stand in the demo shop where it is served now, no longer where it was before, and
 * come back to it after a redirect. A tenant of an earlier version also gets all choices; what else was set stays.
 */
export async function completeDemoSettings(
  ctx: Context,
  origins: { present: readonly string[]; former: readonly string[] },
): Promise<void> {
  const { tenantId } = ctx.tenant;
  const settings = settingsOf(ctx.tenant);
  const { permittedPaymentChoices: permitted, allowedOrigins } = settings;
  const stale = origins.former.filter((origin) => !origins.present.includes(origin));
  const wanted = new Set([...allowedOrigins.filter((origin) => !stale.includes(origin)), ...origins.present]);
  if (permitted.MEMBER_ACCOUNT && [...wanted].join() === allowedOrigins.join()) return;
  const body = {
    ...settings,
    permittedPaymentChoices: { MEMBER_ACCOUNT: [...paymentChoices], ...permitted },
    allowedOrigins: [...wanted],
  };
  await replaceTenantSettings(ctx, { tenantId, body });
}
