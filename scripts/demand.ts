/** Something that is wanted of a thing in AWS: of a bucket that it is versioned. */
export interface Demand<Client, Wanted, Found> {
  /** As part of a list, such as `versioned`. */
  name: string;
  /** What is wrong where it isn't so. */
  fault: string;
  holds: (found: Found, wanted: Wanted) => boolean;
  meet: (client: Client, wanted: Wanted, found: Found) => Promise<unknown>;
  /** The command of the AWS CLI that does the same. */
  command: (wanted: Wanted, found: Found) => string;
}

/** A demand that one request meets: by the SDK, or by a command with the same words. */
export function demand<Client, Wanted, Found, Request extends object>(
  args: Pick<Demand<Client, Wanted, Found>, "name" | "fault" | "holds"> & {
    /** Such as `s3api put-bucket-versioning`. */
    operation: string;
    request: (wanted: Wanted, found: Found) => Request;
    send: (client: Client, request: Request) => Promise<unknown>;
  },
): Demand<Client, Wanted, Found> {
  const { name, fault, holds, operation, request, send } = args;
  return {
    ...{ name, fault, holds },
    meet: (client, wanted, found) => send(client, request(wanted, found)),
    command: (wanted, found) => {
      const json = JSON.stringify(request(wanted, found)).replaceAll("'", `'\\''`);
      return `aws ${operation} --cli-input-json '${json}'`;
    },
  };
}

/** Those that don't hold. */
export function unmet<C, W, F>(demands: Demand<C, W, F>[], wanted: W, found: F): Demand<C, W, F>[] {
  return demands.filter(({ holds }) => !holds(found, wanted));
}
