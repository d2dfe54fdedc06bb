import { among, each, type Group } from "./control";

const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const faultAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const domain = "aws:opensearch/domain:Domain";
const repository = "aws:ecr/repository:Repository";
const noSearch = "there is no search domain; searchEnabled makes one";

/** https://docs.aws.amazon.com/securityhub/latest/userguide/opensearch-controls.html#opensearch-8 */
const latestTls = ["Policy-Min-TLS-1-2-PFS-2023-10", "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08"];

function calls({ alarmActions = [], actionsEnabled }: { alarmActions?: unknown[]; actionsEnabled?: boolean }): boolean {
  return alarmActions.length > 0 && actionsEnabled !== false;
}

export const operations: Group = {
  title: "Operations",
  controls: [
    {
      id: "CloudWatch.15/17",
      title: "alarms have actions, which are on",
      absent: "no alarms are made",
      looks: [
        each(faultAlarm, (inputs) => !calls(inputs) && "alarms nobody"),
        // A symptom calls by way of the alarm of its fault, so that one fault calls once.
        among(alarm, (inputs, all) => {
          const isSymptom = ({ alarmRule }: { alarmRule?: string }): boolean =>
            inputs.name !== undefined && (alarmRule ?? "").includes(`"${inputs.name}"`);
          const faults = all.ofType(faultAlarm).map((each) => each.inputs);
          return !calls(inputs) && !faults.some((each) => calls(each) && isSymptom(each)) && "alarms nobody";
        }),
      ],
    },
    {
      id: "CloudWatch.16",
      title: "logs kept for a year, encrypted",
      absent: "no log groups are made",
      looks: [
        // 0 keeps them for ever.
        each(
          "aws:cloudwatch/logGroup:LogGroup",
          ({ retentionInDays: days = 0 }) => days > 0 && days < 365 && `keeps logs for ${days} days`,
        ),
        each("aws:cloudwatch/logGroup:LogGroup", (i) => !("kmsKeyId" in i) && "isn't encrypted with a key of KMS"),
      ],
    },
    {
      id: "ECR.1/2/3",
      title: "images scanned, tags fixed, lifecycle",
      absent: "repositories are the customer's, or made by `make images`, which sees to it",
      looks: [
        each(
          repository,
          (i) => !i.imageScanningConfiguration?.scanOnPush && "images aren't scanned when they are pushed",
        ),
        each(repository, (i) => !i.imageTagMutability?.startsWith("IMMUTABLE") && "tags can be moved to other images"),
        among(repository, ({ name }, all) => {
          const policies = all.ofType("aws:ecr/lifecyclePolicy:LifecyclePolicy");
          return !policies.some(({ inputs }) => inputs.repository === name) && "has no lifecycle";
        }),
      ],
    },
    {
      id: "Tagging",
      title: "everything tagged",
      absent: "no resources of AWS are made",
      looks: [
        each("pulumi:providers:aws", ({ defaultTags }) => {
          // Pulumi hands what a provider is given on as JSON.
          const given = (typeof defaultTags === "string" ? JSON.parse(defaultTags) : defaultTags) as typeof defaultTags;
          return Object.keys(given?.tags ?? {}).length === 0 && "has no default tags";
        }),
      ],
    },
    {
      id: "Opensearch.1/2/3/5/7",
      title: "search encrypted, in the VPC, audited, with sign-in",
      absent: noSearch,
      looks: [
        each(domain, (i) => {
          const demands = {
            "encryption at rest": i.encryptAtRest?.enabled,
            "a VPC": (i.vpcOptions?.subnetIds?.length ?? 0) > 0,
            "encryption between nodes": i.nodeToNodeEncryption?.enabled,
            "an audit log": i.logPublishingOptions?.some(
              ({ logType, enabled }) => logType === "AUDIT_LOGS" && enabled !== false,
            ),
            "fine-grained access": i.advancedSecurityOptions?.enabled,
          };
          const missing = Object.entries(demands).flatMap(([what, holds]) => (holds ? [] : [what]));
          return missing.length > 0 && `lacks ${missing.join(", ")}`;
        }),
      ],
    },
    {
      id: "Opensearch.6/8/11",
      title: "search with three data nodes and masters, latest TLS",
      absent: noSearch,
      option: { layer: "infrastructure", settings: ["searchInstanceCount", "searchMasterCount"] },
      looks: [
        each(domain, ({ clusterConfig: nodes, domainEndpointOptions: access }) => {
          const masters = nodes?.dedicatedMasterEnabled ? (nodes.dedicatedMasterCount ?? 0) : 0;
          const few = (nodes?.instanceCount ?? 1) < 3 || masters < 3;
          const isOld = !latestTls.includes(access?.tlsSecurityPolicy ?? "");
          return (
            (few || isOld) &&
            `has ${nodes?.instanceCount ?? 1} data nodes and ${masters} masters${isOld ? ", and an old TLS policy" : ""}`
          );
        }),
      ],
    },
  ],
};
