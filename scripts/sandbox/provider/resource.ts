/** Plain property values as they cross the plugin protocol, secrets already unwrapped. */
export type Properties = Record<string, unknown>;

/** Stands in for a value that a preview can't know yet. Only `defaults` and `replaceFor` ever meet it. */
export const UNKNOWN: unique symbol = Symbol("unknown");

export function isUnknown(value: unknown): value is typeof UNKNOWN {
  return value === UNKNOWN;
}

/** One reason why the plugin doesn't take the inputs of a resource. */
export interface Problem {
  /** The input concerned, as the program spells it. */
  property: string;
  /** A sentence for the author of the program. */
  reason: string;
}

/** What a resource type may know about the resource it is called for. */
export interface Call<Account> {
  urn: string;
  /** The account, region and clients that the provider instance was configured with. */
  account: Account;
  /** Seconds the program allows for the operation, where it says so. */
  timeoutSeconds?: number;
}

/** What a creation returns. */
export interface Created {
  id: string;
  /** Outputs that only the creation returns, such as a generated password. */
  outputs?: Properties;
}

/**
 * How a plugin manages one resource type. Inputs and outputs use the names of the Pulumi schema; `Inputs` gives their types,
 * usually `Unwrap` of the arguments in `@pulumi/aws`. What AWS would refuse isn't its business: the account says it.
 *
 * The plugin calls the parts in this order: `defaults`; then `create`, `settle`, `read`, or `update`, `settle`, `read`. After every
 * write it compares what was asked with what `read` found, so `read` must return every input that AWS returns. Inputs that `read`
 * leaves out are taken over as they were asked.
 */
export interface ResourceType<Account, Inputs extends object = Properties> {
  /** The input to name the resource by when the program doesn't: `<logical name>-<7 hexadecimal digits>`. */
  autoname?: keyof Inputs & string;
  /** Inputs whose change needs a new resource. */
  replaceOn: readonly (keyof Inputs & string)[];
  /** Inputs that `update` changes in place. An input in neither list is refused. */
  updateOn: readonly (keyof Inputs & string)[];
  /** Those of `updateOn` whose change from `olds` to `news` needs a new resource after all. Values may be `UNKNOWN`. */
  replaceFor?(olds: Properties, news: Properties): readonly (keyof Inputs & string)[];
  /** Inputs that stay as they are where the program leaves them out: optional and computed ones of the provider. */
  keeps?: readonly (keyof Inputs & string)[];
  /** Inputs that hold a secret and outputs that the program must see as secret. */
  secrets?: readonly string[];
  /** Inputs in place of which AWS may hold something else, such as the user of a database restored from a snapshot. */
  leftToAws?(inputs: Inputs): readonly string[];
  /** Fills in what the provider would default, before anything is compared or created. Values may be `UNKNOWN`. */
  defaults?(inputs: Properties, call: Call<Account>): Properties;
  /** Makes the resource and returns at once; what takes time or further calls belongs into `settle`. */
  create(inputs: Inputs, call: Call<Account>): Promise<Created>;
  /**
   * Completes a creation or an update and waits until AWS has. If it fails, the resource exists nevertheless. `olds` are the inputs
   * and outputs from before an update.
   */
  settle?(id: string, inputs: Inputs, call: Call<Account>, olds?: Inputs & Properties): Promise<void>;
  /** The resource as AWS has it, or undefined when it is gone. `known` are the inputs and outputs last seen. */
  read(id: string, known: Inputs & Properties, call: Call<Account>): Promise<Properties | undefined>;
  /** `olds` are the inputs and outputs last seen. */
  update(id: string, inputs: Inputs, olds: Inputs & Properties, call: Call<Account>): Promise<void>;
  /** Succeeds when the resource is gone already. */
  delete(id: string, olds: Inputs & Properties, call: Call<Account>): Promise<void>;
}

/** A data source such as `aws:ec2/getPrefixList:getPrefixList`. Throws, with the reason, when nothing or too much fits. */
export type DataSource<Account, Args extends object = Properties> = (
  args: Args,
  account: Account,
) => Properties | Promise<Properties>;

/** The resource types and data sources of one service, keyed by type token. */
export interface Service<Account> {
  resources: Record<string, ResourceType<Account, never>>;
  dataSources?: Record<string, DataSource<Account, never>>;
}
