import type { DBCluster, DBInstance } from "@aws-sdk/client-rds";
import type { ExistingBucket, ExistingDatabase, Facts } from "../../adoption/facts";
import type { Part } from "../../adoption/part";
import { type Configured, planAdoption } from "../../adoption/plan";
import * as recorded from "./recorded";

/** What differs from what the vendor's installer leaves. */
export interface Change {
  cluster?: Partial<DBCluster>;
  instances?: Partial<DBInstance>[];
  database?: Partial<ExistingDatabase>;
  checkpoint?: Partial<ExistingBucket>;
  facts?: Partial<Facts>;
  infrastructure?: Partial<Configured["infrastructure"]>;
  application?: Partial<Configured["application"]>;
  answers?: Record<string, string>;
  api?: typeof recorded.api | undefined;
}

/** The plan for what the vendor's installer leaves, with a change. */
export function plan({ cluster, instances = [{}], database, checkpoint, facts, ...more }: Change = {}): Part {
  const { checkpoint: original = recorded.bucket(""), ...buckets } = recorded.facts.buckets;
  return planAdoption(
    {
      ...recorded.facts,
      database: {
        ...recorded.database,
        cluster: { ...recorded.cluster, ...cluster },
        instances: instances.map((each) => ({ ...recorded.instance, ...each })),
        ...database,
      },
      buckets: { checkpoint: { ...original, ...checkpoint }, ...buckets },
      ...facts,
    },
    "api" in more ? more.api : recorded.api,
    { ...recorded.answers, ...more.answers },
    {
      infrastructure: { ...recorded.configured.infrastructure, ...more.infrastructure },
      application: { ...recorded.configured.application, ...more.application },
    },
  );
}

/** The settings of a layer by their keys. */
export const settingsOf = (part: Part, layer = "infrastructure"): Record<string, string> =>
  Object.fromEntries(part.settings.filter((each) => each.layer === layer).map(({ key, value }) => [key, value]));
