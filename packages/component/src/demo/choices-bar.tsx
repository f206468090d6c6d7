import { appearances, type Choices, languages, methods, nameOfLanguage } from './choices.ts';

type ChoicesBarProps = { choices: Choices; onChoose: (choices: Choices) => void; onStartAgain: () => void };

/** What a shop decides for its customers, and a visitor may try here. Each change begins another session. */
export function ChoicesBar({ choices, onChoose, onStartAgain }: ChoicesBarProps) {
  const choose = (change: Partial<Choices>): void => onChoose({ ...choices, ...change });
  const appearance = Object.entries(appearances) as [Choices['appearance'], string][];
  return (
    <section class="panel choices" aria-labelledby="choices">
      <h2 id="choices">Try it with</h2>
      <label>
        Language
        <select value={choices.language} onChange={({ currentTarget }) => choose({ language: currentTarget.value })}>
          {languages.map((tag) => (
            <option key={tag} value={tag} lang={tag}>
              {nameOfLanguage(tag)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Payment methods
        <select value={choices.method} onChange={({ currentTarget }) => choose({ method: currentTarget.value })}>
          <option value="">All</option>
          {Object.entries(methods).map(([method, name]) => (
            <option key={method} value={method}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Appearance
        <select
          value={choices.appearance}
          onChange={({ currentTarget }) =>
            choose({ appearance: appearance.find(([key]) => key === currentTarget.value)?.[0] ?? 'auto' })
          }
        >
          {appearance.map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div class="start">
        <label class="check">
          <input
            type="checkbox"
            checked={choices.signature}
            onChange={({ currentTarget }) => choose({ signature: currentTarget.checked })}
          />
          Ask for a signature on direct debits
        </label>
        <button type="button" onClick={onStartAgain}>
          Start again
        </button>
      </div>
    </section>
  );
}
