import type { Surroundings } from "@selfhosted/common";
import type { Cluster } from "./cluster";
import type { EnvironmentFacts } from "./environment/variables";
import type { Images } from "./images";

/** What every task of the installation shares. */
export interface Platform extends EnvironmentFacts {
  where: Surroundings;
  images: Images;
  cluster: Cluster;
}
