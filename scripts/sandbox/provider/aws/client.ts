import type { STS } from "@aws-sdk/client-sts";

// The engine shows whatever a plugin writes to standard error; how old Node is isn't news to the reader.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Settings that every AWS client takes; `forcePathStyle` concerns S3 only. `AWS_ENDPOINT_URL` says where the account is. */
export interface ClientSettings {
  region: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
  forcePathStyle: boolean;
}

/** The part that all AWS clients have in common. */
export interface Client {
  middlewareStack: object;
}

/** Makes the client's errors name the operation that failed and the error's code. */
export function explained<C extends Client>(client: C): C {
  // The stacks of all clients are alike; their types differ only in the commands that pass through.
  const stack = client.middlewareStack as STS["middlewareStack"];
  stack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (error instanceof Error)
            error.message = `${commandName.replace(/Command$/, "")}: ${error.name}: ${error.message}`;
          throw error;
        }
      },
    { step: "initialize", name: "nameOperation" },
  );
  stack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (isWebPage(result.response)) throw new MissingOperation();
      return result;
    },
    { step: "deserialize", priority: "low", name: "refuseMissingOperation" },
  );
  return client;
}

/** The emulator answers what it lacks with status 500 and a web page. Not an error of AWS, so nothing tries again. */
class MissingOperation extends Error {
  override name = "NotImplemented";
  override message = "The emulated AWS account doesn't have this operation.";
}

function isWebPage(response: unknown): boolean {
  const { statusCode, headers } = response as { statusCode: number; headers: Record<string, string> };
  return statusCode === 500 && (headers["content-type"] ?? "").startsWith("text/html");
}
