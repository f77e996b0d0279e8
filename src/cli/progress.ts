import { SingleBar } from 'cli-progress';
import { note } from './output.ts';

/** Progress of a long operation. */
export interface Standing {
  done: number;
  /** Total; undefined if unknown. */
  total?: number;
  /** Seconds left, if there is a better estimate than the pace so far. */
  left?: number;
  /** Further words, like `3 failed`. */
  more?: (string | undefined)[];
}

const LINE_EVERY_MS = 10_000;
const BAR_EVERY_MS = 250;

/**
 * Shows progress on stderr: a bar on a terminal, otherwise a line every ten seconds.
 * @returns a function that ends it.
 */
export function showProgress(what: string, standing: () => Standing): () => void {
  const started = performance.now();
  const text = () => describe(what, standing(), (performance.now() - started) / 1000);
  if (!process.stderr.isTTY) {
    const timer = setInterval(() => note(text()), LINE_EVERY_MS);
    return () => clearInterval(timer);
  }
  const bar = new SingleBar({
    format: standing().total === undefined ? '{text}' : '{bar} {percentage}% {text}',
    stream: process.stderr,
    hideCursor: true,
    barsize: 20,
    // We handle Ctrl-C ourselves: rows in progress finish first.
    gracefulExit: false,
  });
  bar.start(standing().total ?? 0, 0, { text: text() });
  const timer = setInterval(() => bar.update(standing().done, { text: text() }), BAR_EVERY_MS);
  const end = () => {
    process.off('exit', end);
    clearInterval(timer);
    bar.update(standing().done, { text: text() });
    bar.stop();
  };
  // A second Ctrl-C exits immediately: restore the cursor and line wrapping of the terminal first.
  process.on('exit', end);
  return end;
}

/** `1,200 of 5,000 rows, 9.8/s, 6 min left, 3 failed` */
function describe(what: string, standing: Standing, seconds: number): string {
  const { done, total, more = [] } = standing;
  const rate = seconds > 0 ? done / seconds : 0;
  const paced = total !== undefined && rate > 0 && done > 0 ? (total - done) / rate : undefined;
  const left = standing.left ?? paced;
  const number = (value: number) => value.toLocaleString('en-US');
  return [
    total === undefined
      ? `${number(done)} ${done === 1 ? what.replace(/s$/, '') : what}`
      : `${number(done)} of ${number(total)} ${what}`,
    `${rate < 100 ? rate.toFixed(1) : number(Math.round(rate))}/s`,
    left === undefined || left <= 0 ? undefined : `${describeTime(left)} left`,
    ...more,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** `45 s`, `6 min`, `2 h 5 min` */
export function describeTime(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
