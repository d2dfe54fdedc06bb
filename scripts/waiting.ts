/** Says every five seconds that something is still going on, and for how long. */
export async function saying<T>(what: string, work: Promise<T>): Promise<T> {
  const began = Date.now();
  const timer = setInterval(() => console.error(`… ${what}, ${Math.round((Date.now() - began) / 1000)} s`), 5_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
