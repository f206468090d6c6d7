import { containsCardNumber } from '../packages/card/src/find-card-number.ts';
import { type Rate, ratesOfCardNumbers, ratesOfLookAlikes } from '../packages/card/test/detection-rates.ts';

/** `npm run measure:card-numbers [-- texts-per-class]`: the tables of docs/decisions/0017, measured anew. */
const count = Number(process.argv[2] ?? 20_000);

function printTable(title: string, rates: Map<string, Rate>): void {
  console.log(`\n| ${title} | texts | % |\n|---|---|---|`);
  for (const [name, { texts, seen }] of rates) {
    console.log(`| ${name} | ${texts} | ${((100 * seen) / texts).toFixed(2)} |`);
  }
}

printTable('found: card numbers, by how they are written', ratesOfCardNumbers(containsCardNumber));
printTable('refused by mistake: texts without one', ratesOfLookAlikes(containsCardNumber, count));
