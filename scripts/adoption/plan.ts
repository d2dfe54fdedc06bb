import type { ConfigProblem, Layer, Setting } from "@selfhosted/common";
import { settings as applicationSettings } from "../../application/exports";
import { tagOf } from "../../application/operations";
import { keyFlaw } from "../../infrastructure/exports";
import type { Known } from "../init/choice";
import { settingOf } from "../init/settings";
import { type BucketConfig, planBuckets } from "./buckets";
import { type DatabaseConfig, planDatabase } from "./database";
import type { Facts, RunningApi } from "./facts";
import { neededThings, type Placement } from "./needed";
import { type Part, setting } from "./part";
import { answersOf } from "./running-api";

/** What is configured of the environment already. */
export interface Configured {
  infrastructure: DatabaseConfig &
    BucketConfig &
    Placement & {
      ephemeral: boolean;
      /** The database begins with a snapshot, so that none is taken over. */
      restoresSnapshot: boolean;
    };
  application: {
    imageTag: string;
    apiHost: string;
    /** Settings that have a value. */
    keys: string[];
  };
}

/** What is done to take over what another installer has made, or why it can't be. A pure function of what is there. */
export function planAdoption(
  facts: Facts,
  api: RunningApi | undefined,
  answers: Known,
  { infrastructure, application }: Configured,
): Part {
  const parts = [
    infrastructure.restoresSnapshot ? nothing : databasePart(facts, answers, infrastructure),
    planBuckets(facts.buckets, infrastructure),
    keyPart(facts, answers),
    servicePart(api, answers, application),
    api ? { ...nothing, problems: conflicts(api, answers, facts) } : uncompared(infrastructure),
  ];
  const ephemeral: ConfigProblem = {
    key: "ephemeral",
    reason: "found true: nothing that is taken over would be protected against deletion",
    fix: "pulumi config rm ephemeral, in infrastructure/",
  };
  return {
    problems: [...(infrastructure.ephemeral ? [ephemeral] : []), ...parts.flatMap(({ problems }) => problems)],
    settings: parts.flatMap(({ settings }) => settings),
    imports: parts.flatMap(({ imports }) => imports),
    changes: parts.flatMap(({ changes }) => changes),
    lacks: parts.flatMap(({ lacks = [] }) => lacks),
    unchecked: parts.flatMap(({ unchecked = [] }) => unchecked),
    needs: neededThings(facts, infrastructure),
  };
}

const nothing: Part = { problems: [], settings: [], imports: [], changes: [] };

function databasePart({ database, password }: Facts, answers: Known, config: DatabaseConfig): Part {
  const { clusterIdentifier: id, databasePassword = "" } = answers;
  return database === undefined
    ? {
        ...nothing,
        problems: [{ key: "clusterIdentifier", reason: `there is no Aurora cluster ${id} in this region` }],
      }
    : planDatabase(database, config, { password: databasePassword, isCompared: password !== "unknown" });
}

/** The key stays the customer's: only who may use it is added. */
function keyPart({ serviceKey }: Facts, { serviceKeyId: id = "" }: Known): Part {
  const key = "serviceKeyId";
  const flaw = serviceKey ? keyFlaw(serviceKey) : { reason: "isn't there in this account and region" };
  return {
    ...nothing,
    problems: flaw ? [{ key, reason: `KMS key ${id} ${flaw.reason}`, fix: flaw.fix }] : [],
    settings: [setting(key, serviceKey?.Arn ?? id, "what the service encrypted can only be read with it")],
    changes: [`key ${id}: a grant for the installation's API`],
  };
}

/** The release, the hosts and the storage of events stay those of the API that runs. */
function servicePart(
  api: RunningApi | undefined,
  answers: Known,
  { imageTag, apiHost, keys }: Configured["application"],
): Part {
  const { engineEventsSchemaV2: v2 = "false", engineEventsLegacyWrite = String(v2 !== "true") } = answers;
  const tag = api && tagOf(api.image);
  const host = api?.environment["PULUMI_API_DOMAIN"];
  const domain = host?.replace(/^api\./, "");
  const because = "as it is: only the vendor's support may change it, which migrates the database";
  return {
    ...nothing,
    lacks: api ? lacksOf(api, keys) : [],
    problems: [
      ...differs(
        "imageTag",
        imageTag,
        tag,
        `${api?.service} runs`,
        "take it over with the release that it runs, and upgrade afterwards",
      ),
      ...(host === undefined || host === apiHost
        ? []
        : [
            {
              key: "domain",
              reason: `the API would be ${apiHost}, but is ${host}, which users and their CLI know`,
              fix: `cd application && pulumi config set domain ${domain}; with a certificate of it, and without subdomain`,
            },
          ]),
    ],
    settings: [
      setting("engineEventsSchemaV2", v2, because, { layer: "application" }),
      setting("engineEventsLegacyWrite", engineEventsLegacyWrite, because, { layer: "application" }),
      setting("overwriteRecords", "true", "the hosts stay: their records then lead to the new load balancers", {
        layer: "dns",
      }),
    ],
  };
}

/** Answers that aren't what the API that runs says of itself: what it has written would be lost to the new one. */
function conflicts(api: RunningApi, answers: Known, { serviceKey, password }: Facts): ConfigProblem[] {
  const otherPassword: ConfigProblem = {
    key: "databasePassword",
    reason: `found a value (not shown) that isn't the one with which ${api.service} connects: the first deployment would cut it off`,
    fix: "give the present one; it can be changed once the old services are gone",
  };
  const isSame = (key: string, found: string): boolean =>
    key === "serviceKeyId"
      ? found.startsWith("alias/") || serviceKey === undefined || [serviceKey.KeyId, serviceKey.Arn].includes(found)
      : found === answers[key];
  const others = Object.entries(answersOf(api)).flatMap(([key, found = ""]) =>
    isSame(key, found)
      ? []
      : [
          {
            key,
            reason: `found ${answers[key]}, but ${api.service}, which runs on the database, has ${found}`,
            fix: "leave it out",
          },
        ],
  );
  return [...(password === "different" ? [otherPassword] : []), ...others];
}

/** Without an API, nothing says what the answers and the settings should be. */
function uncompared({ region, restoresSnapshot }: Configured["infrastructure"]): Part {
  const why = restoresSnapshot
    ? "it is looked for by the database's endpoint, and the database begins with a snapshot"
    : `no ECS service in ${region} names the database's endpoint`;
  return {
    ...nothing,
    unchecked: [
      `No API that runs was found: ${why}.`,
      "Compare with it yourself: buckets, key, storage of engine events, release, host, password, and what else it has.",
    ],
  };
}

/** Settings of the API that runs: their values may be secrets, and are a person's to carry over. */
function lacksOf({ environment, secrets }: RunningApi, configured: string[]): string[] {
  const variables = [...Object.keys(environment).filter((name) => environment[name] !== ""), ...Object.keys(secrets)];
  return Object.entries<Setting<unknown>>(applicationSettings).flatMap(([key, { env }]) => {
    const variable = env?.api;
    return variable !== undefined && variables.includes(variable) && !configured.includes(key)
      ? [`${key}: the API that runs has ${variable}`]
      : [];
  });
}

function differs(key: string, found: string, wanted: string | undefined, who: string, why: string): ConfigProblem[] {
  return wanted === undefined || wanted === found
    ? []
    : [
        {
          key,
          reason: `found ${found}, but ${who} ${wanted}: ${why}`,
          fix: `cd application && pulumi config set ${key} ${wanted}`,
        },
      ];
}

/** What is shown before anything is done. */
export function describePlan({ settings, imports, changes, lacks = [], unchecked = [] }: Part): string[] {
  const layers = [...new Set(settings.map(({ layer }) => layer))];
  const settingsOf = (layer: Layer): string[] =>
    settings
      .filter((each) => each.layer === layer)
      .flatMap(({ key, value, because }) => [
        `    ${key}: ${settingOf(key)?.secret ? "(secret)" : value}`,
        `      ${because}`,
      ]);
  return [
    "Taken into the state, as it is:",
    ...imports.map(({ id, type }) => `  ${id} (${type})`),
    "Configured, so that nothing is replaced:",
    ...layers.flatMap((layer) => [`  ${layer}:`, ...settingsOf(layer)]),
    "The first deployment then changes this in place, and nothing before:",
    ...changes.map((line) => `  ${line}`),
    ...(lacks.length > 0 ? ["Not configured in application/, and yours to carry over:"] : []),
    ...lacks.map((line) => `  ${line}`),
    ...unchecked,
  ];
}
