/** A process of its own that starts the embedded PostgreSQL of `argv[2]`, tells how that went, and stays. */
import { startEmbeddedPostgres } from '../../src/embedded-postgres/launcher.ts';

const tell = (answer: object): void => console.log(JSON.stringify(answer));

try {
  const { url, migrationUrl } = await startEmbeddedPostgres({
    dataDir: process.argv[2] ?? '',
    settings: { fsync: 'off' },
  });
  tell({ url, migrationUrl });
  setInterval(() => {}, 60_000);
} catch (error) {
  tell({ refusal: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
}
