import { sep } from 'node:path';
import type { Services } from '../../context.ts';

type LiveModeSettings = Pick<
  Services['config'],
  'tls' | 'publicUrl' | 'trustedProxies' | 'masterKeyProviders' | 'masterKeyFile' | 'dataDir' | 'demo' | 'databaseUrl'
>;

/** What the settings lack for serving tenants in live mode (DESIGN.md, Modes): for each a sentence `fault; remedy`. */
export function liveModeFaults(config: LiveModeSettings): string[] {
  const faults: string[] = [];
  const isBehindProxy = config.publicUrl?.startsWith('https:') && config.trustedProxies.length > 0;
  if (!config.tls && !isBehindProxy) {
    faults.push(
      'it is served over HTTPS only; set TLS_CERT_FILE and TLS_KEY_FILE, or for a proxy that encrypts PUBLIC_URL (https://…) and TRUSTED_PROXIES',
    );
  }
  if (
    config.masterKeyProviders.includes('file') &&
    `${config.masterKeyFile}${sep}`.startsWith(`${config.dataDir}${sep}`)
  ) {
    faults.push(
      'the master key must not lie in DATA_DIR beside what it opens; move it and name its place with MASTER_KEY_FILE, or use a key service (MASTER_KEY_PROVIDER)',
    );
  }
  if (config.demo && config.databaseUrl === null) {
    faults.push('the demo does not belong beside real cards; set DEMO=off');
  }
  return faults;
}
