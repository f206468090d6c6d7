import type { Client } from '../client.ts';

/** What is checked: a tenant behind both dialects, and its database as the superuser sees it. */
export type Subject = {
  client: Client;
  query: <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
};

/** Does `work` for all items, a few at a time. */
export async function forAll<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const atOnce = 6;
  const left = [...items];
  const workers = Array.from({ length: atOnce }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  });
  await Promise.all(workers);
}
