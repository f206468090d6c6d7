import { useEffect, useState } from 'preact/hooks';
import type { FrameConfig } from '../host-port.ts';
import { loadTexts } from './languages.ts';
import { createTranslate, type Translate } from './translate.ts';

const pausesMs = [500, 2_000, 5_000, 10_000];

/** The texts of the component's language, or null until they are there. A lost connection is waited out. */
export function useTexts({ locale, i18n, devMode }: FrameConfig): Translate | null {
  const [translate, setTranslate] = useState<Translate | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    loadTexts(locale).then(
      (texts) => setTranslate(() => createTranslate(texts, i18n, devMode)),
      () => {
        timer = setTimeout(() => setAttempt(attempt + 1), pausesMs[Math.min(attempt, pausesMs.length - 1)]);
      },
    );
    return () => clearTimeout(timer);
  }, [attempt]);
  return translate;
}
