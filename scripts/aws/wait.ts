/** What a waiter of the SDK is given. */
interface Given<C> {
  client: C;
  abortSignal: AbortSignal;
}

/**
 * Waits by a waiter of the SDK, and no longer where AWS refuses to answer: of an error that it doesn't wait for, a waiter asks again until
 * its time is over (https://github.com/smithy-lang/smithy-typescript/tree/main/packages/util-waiter), though the client has tried often by then,
 * or the credentials have expired.
 *
 * @throws the error of AWS.
 */
export async function waitWith<C extends object>(
  client: C,
  wait: (given: Given<C>) => Promise<unknown>,
): Promise<void> {
  const end = new AbortController();
  let refused: unknown;
  const { send } = client as { send: (command: object) => Promise<unknown> };
  const asked = async (command: object): Promise<unknown> => {
    try {
      return await send.call(client, command);
    } catch (error) {
      // What isn't there may be what is waited for.
      if (!(error instanceof Error && /NotFound/.test(error.name))) {
        refused = error;
        end.abort();
      }
      throw error;
    }
  };
  const watched = new Proxy(client, { get: (target, key) => (key === "send" ? asked : Reflect.get(target, key)) });
  try {
    await wait({ client: watched, abortSignal: end.signal });
  } catch (error) {
    throw refused ?? error;
  }
}
