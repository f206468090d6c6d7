import { SingleBar } from 'cli-progress';

/** A bar on a person's terminal that tells how far it is; nothing where nobody looks. */
export type ProgressBar = {
  /** Shows a stage of the work; the bar is drawn where its total is known. `detail` is what else there is to tell. */
  show(stage: string, done: number, total: number | undefined, detail: string): void;
  end(): void;
};

export function progressBar(): ProgressBar {
  const { stderr } = process;
  let bar: SingleBar | undefined;
  const end = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    show(stage, done, total, detail) {
      if (!stderr.isTTY) return;
      const shownTotal = Math.max(total ?? done, 1);
      if (!bar) {
        bar = new SingleBar({
          stream: stderr,
          format: '{stage} [{bar}] {percentage}% {detail}',
          barsize: 30,
          barCompleteChar: '#',
          barIncompleteChar: '-',
          clearOnComplete: true,
          gracefulExit: false,
          linewrap: null,
        });
        bar.start(shownTotal, done, { stage, detail });
      }
      bar.setTotal(shownTotal);
      bar.update(total === undefined ? 0 : done, { stage, detail });
    },
    end,
  };
}
