import { encryptionOverride } from "./buckets";
import type { Part } from "./part";

/** What is left to do, each with a check. */
export function nextSteps(env: string, stack: string, { imports, needs = [] }: Part, apiHost: string): string {
  const idsOf = (type: string): string[] => imports.filter((each) => each.type === type).map(({ id }) => id);
  const instances = idsOf("aws:rds/clusterInstance:ClusterInstance");
  const uses = imports.flatMap(({ name }) => /^buckets-(\w+)-bucket$/.exec(name)?.[1] ?? []);
  const consoleHost = apiHost.replace(/^api\./, "app.");
  const up = (layer: string): string => `cd ${layer} && pulumi up --stack ${env} && cd ..`;
  const steps: string[][] = [
    ["Deploy the data layer. What uses the database now goes on.", up("infrastructure")],
    ["Deploy the services beside the old ones, with the release that those run.", up("application")],
    [
      "Stop the old services: their desired count becomes 0. To go back, start them again.",
      ...instances.map((id) => `aws rds reboot-db-instance --db-instance-identifier ${id}   # for the parameters`),
    ],
    [
      `Have the hosts lead to the new services, and check all: sign in at https://${consoleHost}, open a stack.`,
      `make deploy ENV=${env}`,
    ],
    [
      "When there is no way back any more: cut the old services off, and encrypt what is written with the data key.",
      "cd infrastructure",
      ...(instances.length > 0 ? [`pulumi config rm databaseExtraSecurityGroupIds --stack ${env}`] : []),
      ...uses.map((use) => `pulumi config rm --path '${encryptionOverride(use)}' --stack ${env}`),
      `cd .. && make deploy ENV=${env}`,
    ],
    [
      "Have the vendor's stacks forget what was taken over, its settings (such as a bucket's policy), the records, and what the installation " +
        "needs of theirs, such as keys and VPC endpoints; and check:",
      "pulumi stack --show-ids --show-urns",
      "pulumi state delete '<urn>' --force           # for each; instances before their cluster",
      "pulumi destroy --preview-only --diff          # may name none of these, nor their settings:",
      ...[...imports.map(({ id }) => id), apiHost, consoleHost, ...needs].map((each) => `#   ${each}`),
    ],
  ];
  return [
    `It is in the state of infrastructure/, protected. Commit Pulumi.${stack}.yaml of each layer.`,
    "From here on, neither update nor destroy the vendor's stacks: they would take back, or delete, what is no longer theirs. Next:",
    ...steps.flatMap(([what, ...commands], index) => [
      `${index + 1}. ${what}`,
      ...commands.map((command) => `     ${command}`),
    ]),
  ].join("\n");
}
