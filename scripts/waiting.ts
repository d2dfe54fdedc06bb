/** Says that something is still going on, and for how long, after every five seconds in which nothing was heard of it. */
export class Progress {
  private readonly began = Date.now();
  private readonly timer = setInterval(
    () => console.error(`… ${this.what()}, ${elapsed(Date.now() - this.began)}`),
    5_000,
  );

  constructor(private readonly what: () => string) {}

  heard(): void {
    this.timer.refresh();
  }

  end(): void {
    clearInterval(this.timer);
  }
}

/** @param what a function where it says how far that is. */
export async function saying<T>(what: string | (() => string), work: Promise<T>): Promise<T> {
  const progress = new Progress(typeof what === "string" ? () => what : what);
  try {
    return await work;
  } finally {
    progress.end();
  }
}

/** Such as `35 s` or `9 min 12 s`. */
export function elapsed(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
