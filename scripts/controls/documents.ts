/** A statement of an IAM policy. */
interface Statement {
  Effect: string;
  Principal?: unknown;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** The statements of a policy among the inputs of a resource: a JSON text, or what one says. */
export function statementsOf(policy: unknown): Statement[] {
  const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
    Statement?: Statement | Statement[];
  };
  return listOf(document?.Statement);
}

export function listOf<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : ([value].flat() as T[]);
}

/** A container in the JSON of a task definition. */
export interface Container {
  name: string;
  user?: string;
  privileged?: boolean;
  readonlyRootFilesystem?: boolean;
  environment?: { name: string; value?: string }[];
  logConfiguration?: { logDriver?: string };
  firelensConfiguration?: unknown;
}

export function containersOf({ containerDefinitions }: { containerDefinitions: string }): Container[] {
  return JSON.parse(containerDefinitions) as Container[];
}
