import type { Logger } from 'pino';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import type { Services } from '../context.ts';
import { createDeploymentServices } from '../deployment-services.ts';
import { giveMemoryBack } from '../memory.ts';
import { applyErasureRegister } from '../ops/erasures/register.ts';
import { openDatabase } from '../store/database.ts';
import { openGatheredMetrics, openMetrics } from '../telemetry/open-metrics.ts';
import { startBackgroundWork } from './background-work.ts';
import { demoOrigins } from './demo-settings.ts';
import { demoCredentialsFile, ensureDemoTenant, servesDemo } from './demo-tenant.ts';
import type { DeploymentDatabase } from './deployment-database.ts';
import { openDeploymentMasterKey } from './deployment-master-key.ts';
import { serveHttp } from './http-process.ts';
import { assertFitForLiveTenants } from './live-tenants.ts';
import { listenForMetrics } from './metrics-listener.ts';
import { startWorkers } from './workers.ts';

/** Few: for the start and the demo tenant; HTTP and the background have their own. */
const ownConnections = 2;

export type Serving = {
  /** What to tell the person who started it. */
  welcome: string;
  /** Ends it all once the answers under way are given. */
  stop(): Promise<void>;
  /** Does not wait for them any longer. */
  cut(): void;
};

/** Serves HTTP, from this process or from several, makes the demo tenant where it belongs, and runs the jobs. */
export async function startServing(
  config: Config,
  database: DeploymentDatabase,
  logger: Logger,
  onProgress: (sentence: string) => void,
): Promise<Serving> {
  const db = openDatabase({
    url: database.url,
    connections: ownConnections,
    onError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  });
  let undo = () => db.close();
  try {
    await assertFitForLiveTenants(config, db);
    const masterKey = await openDeploymentMasterKey(config, db);
    await eraseAgain(createDeploymentServices({ config, db, masterKey, publicUrl: () => '' }).services, logger);
    const gathered = await openGatheredMetrics(config, manifest.version);
    const own = await openMetrics(config, { part: config.workers > 1 ? 'parent' : 'http', isMainThread: true });
    own?.database.follow(db);
    if (own) gathered?.add(own);
    const http = await (config.workers > 1
      ? startWorkers(config, database.url, logger, gathered)
      : serveHttp(config, database.url, logger, own));
    undo = async () => {
      await http.close();
      await db.close();
    };
    const listener = gathered && (await listenForMetrics(config, gathered, logger));
    undo = async () => {
      await http.close();
      await db.close();
      await listener?.close();
    };
    const { services } = createDeploymentServices({ config, db, masterKey, publicUrl: () => http.url });
    const hasDemo = servesDemo(config) && (await ensureDemoTenant(services, http, onProgress));
    const background = startBackgroundWork(
      { config, databaseUrl: database.url, publicUrl: http.url, isTerminal: process.stderr.isTTY },
      logger,
      gathered,
    );
    giveMemoryBack();
    return {
      welcome: welcome(http, hasDemo ? config : null, { metrics: listener?.url, traces: config.tracing?.url }),
      cut: () => http.cut(),
      async stop() {
        await Promise.all([background.stop(), undo()]);
      },
    };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Before anything is served: a database that was restored from a backup still has whoever was erased since. */
async function eraseAgain(services: Services, logger: Logger): Promise<void> {
  const { erased, unreadable } = await applyErasureRegister(services);
  if (erased > 0) logger.warn({ count: erased }, 'customers were erased again, as the register of erasures says');
  if (unreadable > 0) logger.error({ count: unreadable }, 'lines of the register of erasures are not ours or damaged');
}

function welcome(
  { url, port }: { url: string; port: number },
  demo: Config | null,
  told: { metrics: string | undefined; traces: string | undefined },
): string {
  const lines = [`onfile ready on ${url}`, ''];
  if (demo) {
    const [origin] = demoOrigins(demo.host, { port, scheme: demo.tls ? 'https' : 'http' });
    lines.push(`  demo         ${origin}/demo   (open it in a browser)`);
  }
  lines.push(`  reference    ${url}/docs`);
  if (told.metrics !== undefined) lines.push(`  metrics      ${told.metrics}`);
  // The rest of the address may hold a password or a key.
  if (told.traces !== undefined) lines.push(`  traces       sent to ${new URL(told.traces).origin}`);
  if (demo) {
    lines.push(`  credentials  ${demoCredentialsFile(demo)}`, '  next         npm run demo   (in another terminal)');
  } else {
    lines.push('  next         npx onfile tenant create <id>');
  }
  lines.push('  stop         ctrl-C');
  return `${lines.join('\n')}\n`;
}
