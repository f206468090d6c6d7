import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { createDeploymentServices } from '../deployment-services.ts';
import { openDatabase } from '../store/database.ts';
import { startBackgroundWork } from './background-work.ts';
import { demoOrigins } from './demo-settings.ts';
import { demoCredentialsFile, ensureDemoTenant, servesDemo } from './demo-tenant.ts';
import type { DeploymentDatabase } from './deployment-database.ts';
import { openDeploymentMasterKey } from './deployment-master-key.ts';
import { serveHttp } from './http-process.ts';
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
    const masterKey = await openDeploymentMasterKey(config, db);
    const http = await (config.workers > 1 ? startWorkers : serveHttp)(config, database.url, logger);
    undo = async () => {
      await http.close();
      await db.close();
    };
    const { services } = createDeploymentServices({ config, db, masterKey, publicUrl: () => http.url });
    const hasDemo = servesDemo(config) && (await ensureDemoTenant(services, http, onProgress));
    const background = startBackgroundWork(
      { config, databaseUrl: database.url, publicUrl: http.url, isTerminal: process.stderr.isTTY },
      logger,
    );
    return {
      welcome: welcome(http, hasDemo ? config : null),
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

function welcome({ url, port }: { url: string; port: number }, demo: Config | null): string {
  const lines = [`onfile ready on ${url}`, ''];
  if (demo) lines.push(`  demo         ${demoOrigins(demo.host, port)[0]}/demo   (open it in a browser)`);
  lines.push(`  reference    ${url}/docs`);
  if (demo) {
    lines.push(`  credentials  ${demoCredentialsFile(demo)}`, '  next         npm run demo   (in another terminal)');
  } else {
    lines.push('  next         npx onfile tenant create <id>');
  }
  lines.push('  stop         ctrl-C');
  return `${lines.join('\n')}\n`;
}
