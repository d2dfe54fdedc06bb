import type { AwsClients } from "@selfhosted/common";
import type { Known } from "../init/choice";
import { saying } from "../waiting";
import { complete, questionsFor } from "./answers";
import { describe, findDatabase } from "./describe";
import type { Facts, RunningApi } from "./facts";
import { passwordOf } from "./password";
import { answersOf, findApi } from "./running-api";

export interface Survey {
  facts: Facts;
  /** Undefined where no service names the database's endpoint. */
  api: RunningApi | undefined;
  /** Those that were given, and what the API that runs on the database says. */
  answers: Known;
}

/**
 * Looks at what another installer has made, and asks for what that doesn't say.
 *
 * @param withDatabase whether a cluster is taken over, and not only buckets.
 */
export async function survey(
  aws: AwsClients,
  given: Known,
  { withDatabase, isTerminal, ...place }: { region: string; vpcId: string; withDatabase: boolean; isTerminal: boolean },
): Promise<Survey> {
  const questions = questionsFor({ withDatabase });
  const first = questions.filter(({ key }) => key === "clusterIdentifier");
  const named = isTerminal ? await complete(given, first, isTerminal) : given;
  const { clusterIdentifier: cluster } = named;
  const database =
    withDatabase && cluster ? await saying("looking at the database", findDatabase(aws, cluster)) : undefined;
  const endpoint = database?.cluster.Endpoint;
  const api =
    endpoint === undefined ? undefined : await saying("looking for the API that uses it", findApi(aws, endpoint));
  const present =
    api && (await saying("looking at its password", passwordOf(aws, api, database?.cluster.MasterUsername)));
  const answers = await complete({ ...(api && answersOf(api)), ...named }, questions, isTerminal, {
    isKnown: present !== undefined,
  });
  const password = present === undefined ? "unknown" : present === answers["databasePassword"] ? "same" : "different";
  const others = await saying("looking at the buckets and the key", describe(aws, answers, place));
  return { facts: { database, password, ...others }, api, answers };
}
