/** Plain property values as they cross the plugin protocol, secrets already unwrapped. */
export type Properties = Record<string, unknown>;

/** Stands in for a value that a preview can't know yet. Only `defaults` and `check` ever meet it. */
export const UNKNOWN: unique symbol = Symbol("unknown");

export function isUnknown(value: unknown): value is typeof UNKNOWN {
  return value === UNKNOWN;
}

/** One reason why AWS would refuse the inputs of a resource. */
export interface Problem {
  /** The input concerned, as the program spells it; empty when it is about several. */
  property: string;
  /** A sentence for the author of the program: what was found and what is allowed. */
  reason: string;
}

/** What a resource handler may know about the resource it is called for. */
export interface Call<Account> {
  urn: string;
  /** The account, region and clients that the provider instance was configured with. */
  account: Account;
  /** Seconds the program allows for the operation, where it says so. */
  timeoutSeconds?: number;
  /** Whether a killed run may have created the resource without noting it down. */
  isResumed: boolean;
}

/** What a creation returns. */
export interface Created {
  id: string;
  /** Outputs that only the creation returns, such as a generated password. */
  outputs?: Properties;
}

/**
 * How a plugin manages one resource type. Inputs and outputs use the names of the Pulumi schema; `Inputs` gives their
 * types, usually `Unwrap` of the arguments in `@pulumi/aws`.
 *
 * The plugin calls the parts in this order: `defaults`, `check`; then `checkReferences`, `find`, `create`, `settle`,
 * `read`, or `checkReferences`, `update`, `settle`, `read`. After every write it compares what was asked with what `read` found, so `read` must return every
 * input that AWS returns. Inputs that `read` leaves out are taken over as they were asked.
 */
export interface ResourceType<Account, Inputs extends object = Properties> {
  /** The input to name the resource by when the program doesn't: `<logical name>-<7 hexadecimal digits>`. */
  autoname?: string;
  /** Inputs whose change needs a new resource. */
  replaceOn?: readonly (keyof Inputs & string)[];
  /** Those of `updateOn` whose change from `olds` to `news` needs a new resource after all. Values may be `UNKNOWN`. */
  replaceFor?(olds: Properties, news: Properties): readonly (keyof Inputs & string)[];
  /** Inputs that `update` changes in place. The sandbox refuses inputs that are in neither list, if there is this one. */
  updateOn?: readonly (keyof Inputs & string)[];
  /** Inputs that stay as they are where the program leaves them out: optional and computed ones of the provider. */
  keeps?: readonly (keyof Inputs & string)[];
  /** Inputs that hold a secret and outputs that the program must see as secret. */
  secrets?: readonly string[];
  /** Inputs in place of which AWS may hold something else, such as the user of a database restored from a snapshot. */
  leftToAws?(inputs: Inputs): readonly string[];
  /** Fills in what the provider would default, before anything is compared or created. Values may be `UNKNOWN`. */
  defaults?(inputs: Properties, call: Call<Account>): Properties;
  /**
   * What AWS would refuse. The emulated account believes almost anything, so this is the strict one. Values may be
   * `UNKNOWN`, which is never a reason. Runs on every deployment, so it doesn't call AWS.
   */
  check?(inputs: Properties, call: Call<Account>): Problem[];
  /** What AWS would refuse because of other things in the account: missing ones, unfit ones. Runs before every write. */
  checkReferences?(inputs: Inputs, call: Call<Account>): Promise<Problem[]>;
  /**
   * The id of a resource that already has the identity these inputs ask for (its name, or whatever AWS or the emulator
   * would take for the same). `create` isn't called then: the resource is refused, or taken over if a killed run had
   * begun to create it. Where two equal resources may live side by side, it answers only if the call `isResumed`.
   */
  find?(inputs: Inputs, call: Call<Account>): Promise<string | undefined>;
  /** Makes the resource and returns at once; what takes time or further calls belongs into `settle`. */
  create(inputs: Inputs, call: Call<Account>): Promise<Created>;
  /**
   * Completes a creation or an update and waits until AWS has. If it fails, the resource exists nevertheless. `olds` are the inputs
   * and outputs from before an update.
   */
  settle?(id: string, inputs: Inputs, call: Call<Account>, olds?: Inputs & Properties): Promise<void>;
  /** The resource as AWS has it, or undefined when it is gone. `known` are the inputs and outputs last seen. */
  read(id: string, known: Inputs & Properties, call: Call<Account>): Promise<Properties | undefined>;
  /** Absent where every change needs a new resource. `olds` are the inputs and outputs last seen. */
  update?(id: string, inputs: Inputs, olds: Inputs & Properties, call: Call<Account>): Promise<void>;
  /** Succeeds when the resource is gone already. */
  delete(id: string, olds: Inputs & Properties, call: Call<Account>): Promise<void>;
}

/** A data source such as `aws:ec2/getVpc:getVpc`. Throws, with the reason, when nothing or too much fits. */
export type DataSource<Account, Args extends object = Properties> = (
  args: Args,
  account: Account,
) => Properties | Promise<Properties>;

/** The resource types and data sources of one service, keyed by type token. */
export interface Service<Account> {
  resources: Record<string, ResourceType<Account, never>>;
  dataSources?: Record<string, DataSource<Account, never>>;
}
