import { type ConfigProblem, nearest } from "@selfhosted/common";
import type { Known, Question } from "../init/choice";
import { prompt, type Prompts } from "../init/prompt";
import { refusal } from "../init/questions";
import { faultOf } from "../init/settings";

const questions: Question[] = [
  { key: "clusterIdentifier", asks: "Identifier of the Aurora cluster", proposal: "pulumi-aurora-cluster-1a2b3c4" },
  { key: "databasePassword", asks: "Password of the cluster's administrator, which stays as it is", isFile: true },
  { key: "checkpointBucket", asks: "Bucket with the stacks' state", proposal: "pulumi-checkpoints-1a2b3c4" },
  { key: "policyBucket", asks: "Bucket with the policy packs", proposal: "pulumi-policypacks-1a2b3c4" },
  { key: "metadataBucket", asks: "Bucket with the service's metadata", proposal: "pulumi-service-metadata-1a2b3c4" },
  { key: "serviceKeyId", asks: "KMS key that the service encrypts with", proposal: "1a2b3c4d-…" },
  {
    key: "engineEventsSchemaV2",
    asks: "Does the API that runs have the variable PULUMI_ENGINE_EVENTS_SCHEMA_V2 with the value true?",
    choices: ["false", "true"].map((value) => ({ value, name: value })),
  },
];

/** Beside the questions. */
const optional = ["eventsBucket", "engineEventsLegacyWrite"];

/** What is wrong with answers, apart from what AWS says of them. */
export function problemsOf(answers: Known): ConfigProblem[] {
  const known = [...questions.map(({ key }) => key), ...optional];
  const strange = Object.keys(answers).filter((key) => !known.includes(key));
  const flags = ["engineEventsSchemaV2", "engineEventsLegacyWrite"].filter(
    (key) => !["true", "false", undefined].includes(answers[key]),
  );
  const { databasePassword: password } = answers;
  return [
    ...(password === undefined ? [] : [faultOf("databasePassword", password) ?? []].flat()),
    ...strange.map((key) => {
      const near = nearest(key, known);
      return { key, reason: "is no answer", fix: near ? `did you mean ${near}?` : `answers: ${known.join(", ")}` };
    }),
    ...flags.map((key) => ({ key, reason: `found ${answers[key]}; allowed: true, false` })),
  ];
}

/** What must be answered: of the database nothing where it begins with a snapshot. */
export function questionsFor({ withDatabase }: { withDatabase: boolean }): Question[] {
  return questions.filter(({ key }) => withDatabase || !["clusterIdentifier", "databasePassword"].includes(key));
}

/**
 * The answers with those that are missing: asked for at a terminal.
 *
 * @param password whether the present one is known, to compare with.
 * @throws Error elsewhere, with all that is missing.
 */
export async function complete(
  given: Known,
  wanted: Question[],
  isTerminal: boolean,
  password = { isKnown: false },
): Promise<Known> {
  const missing = wanted.filter(({ key }) => !given[key]);
  if (missing.length > 0 && !isTerminal) {
    throw new Error(refusal([], missing));
  }
  const answers: Record<string, string> = {};
  for (const { key, asks: message, choices = [], isFile } of missing) {
    answers[key] = await prompt((prompts) =>
      isFile
        ? askPassword(prompts, message, password)
        : choices.length > 0
          ? prompts.select({ message, choices })
          : prompts.input({ message }),
    );
  }
  return { ...given, ...answers };
}

/** Asks twice for what can't be compared with the present one. */
export async function askPassword(
  { password }: Pick<Prompts, "password">,
  message: string,
  { isKnown }: { isKnown: boolean },
): Promise<string> {
  const first = await password({ message, validate: (text) => faultOf("databasePassword", text)?.reason ?? true });
  if (!isKnown) {
    await password({ message: "Once more", validate: (text) => text === first || "isn't the one that you gave first" });
  }
  return first;
}
