import { useEffect, useState } from 'preact/hooks';
import { readTestNumbers } from './shop-backend.ts';
import { type ListedNumber, listNumbers, matches } from './test-number-text.ts';

type Lists = ReturnType<typeof listNumbers>;

/** What test mode takes. A click copies a number; typing it into the form is the visitor's, as it is a customer's. */
export function TestNumberList() {
  const [lists, setLists] = useState<Lists>({ usual: [], all: [] });
  const [search, setSearch] = useState('');
  const [said, setSaid] = useState('');

  useEffect(() => {
    readTestNumbers().then(
      (numbers) => setLists(listNumbers(numbers)),
      () => setSaid('The test numbers could not be read. Reload the page to try again.'),
    );
  }, []);

  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid(`Copied ${text}. Paste it into the form.`),
      () => setSaid('The browser does not let the page copy. Select the number and copy it yourself.'),
    );
  };

  const found = lists.all.filter((number) => matches(number, search));
  return (
    <section class="panel" aria-labelledby="numbers">
      <h2 id="numbers">Test numbers</h2>
      <p class="hint">
        A click copies one. Any expiry in the future will do, and any code of the right length.{' '}
        <span role="status">{said}</span>
      </p>
      <Numbers numbers={lists.usual} onCopy={copy} />
      <details>
        <summary>All {lists.all.length} published numbers</summary>
        <label>
          Search
          <input
            type="search"
            value={search}
            placeholder="declined, GB, 3-D Secure…"
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </label>
        {found.length > 0 ? (
          <Numbers numbers={found} onCopy={copy} isLong />
        ) : (
          <p class="hint">None of them is described like this.</p>
        )}
      </details>
    </section>
  );
}

type NumbersProps = { numbers: readonly ListedNumber[]; onCopy: (text: string) => void; isLong?: boolean };

function Numbers({ numbers, onCopy, isLong = false }: NumbersProps) {
  return (
    <ul class={isLong ? 'numbers numbers-long' : 'numbers'}>
      {numbers.map(({ parts, meaning, publisher, does }) => (
        <li key={parts[0]?.copied}>
          {parts.map(({ copied, shown }) => (
            <button
              key={copied}
              type="button"
              class="number"
              aria-label={`Copy ${shown}`}
              onClick={() => onCopy(copied)}
            >
              {shown}
            </button>
          ))}
          <span>
            <b>{does}</b> {meaning}
            {isLong && ` (${publisher})`}
          </span>
        </li>
      ))}
    </ul>
  );
}
