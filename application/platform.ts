import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster";
import type { EnvironmentFacts } from "./environment/variables";
import type { Images } from "./images";
import type { RunningServices } from "./running-service";

/** What every task of the installation shares. */
export interface Platform extends EnvironmentFacts {
  images: Images;
  /** What runs when the deployment begins. */
  running: RunningServices;
  cluster: Cluster;
  /** Of the load balancers; issued. */
  certificateArn: pulumi.Input<string>;
}
