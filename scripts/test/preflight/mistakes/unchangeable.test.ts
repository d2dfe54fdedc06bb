import { type AwsAnswers, keyArn } from "@selfhosted/common/testing";
import { withCluster } from "../../../../infrastructure/test/account";
import { mistakes } from "./mistakes";

/** The API's role, which is tagged with the service key that it may use. */
const withRole = (serviceKey: string): Partial<AwsAnswers> => ({
  "iam:GetRole": () => ({ Role: { Tags: [{ Key: "service-key", Value: serviceKey }] } }),
});

/** The installation's database as it was made, with two instances. */
const deployedDatabase = withCluster();

/** The API's service, which runs a release. */
const running = (release: string): Partial<AwsAnswers> => ({
  "ecs:DescribeServices": () => ({
    services: [{ serviceName: "pulumi-prod-api", status: "ACTIVE", taskDefinition: "api:1" }],
  }),
  "ecs:DescribeTaskDefinition": () => ({
    taskDefinition: { containerDefinitions: [{ name: "api", image: `registry/pulumi/service:${release}` }] },
  }),
});

mistakes("what can't be changed later", [
  [
    "another name",
    "infrastructure",
    { name: "acme" },
    "name",
    /deployed as pulumi/,
    { only: "deployed", fix: /name pulumi/, aws: deployedDatabase },
  ],
  [
    "another region",
    "infrastructure",
    { "aws:region": "eu-west-1" },
    "aws:region",
    /deployed in eu-central-1/,
    { only: "deployed", fix: /eu-central-1/, aws: withRole(keyArn("service")) },
  ],
  [
    "another administrator of the database",
    "infrastructure",
    { databaseUsername: "other" },
    "databaseUsername",
    /was made with pulumi_admin/,
    { only: "deployed", fix: /databaseUsername pulumi_admin/, aws: deployedDatabase },
  ],
  [
    "another data key",
    "infrastructure",
    { dataKeyId: "alias/data" },
    "dataKeyId",
    /its own key/,
    { only: "deployed", fix: /config rm dataKeyId/, aws: deployedDatabase },
  ],
  [
    "backtrack for a database without it",
    "infrastructure",
    { databaseBacktrackHours: 24 },
    "databaseBacktrackHours",
    /backtrack is off/,
    { only: "deployed", aws: deployedDatabase },
  ],
  [
    "another service key",
    "infrastructure",
    {},
    "serviceKeyId",
    /the service encrypts with/,
    {
      only: "deployed",
      fix: /confirmServiceKeyChange true/,
      aws: withRole(keyArn("other")),
    },
  ],
  [
    "an older release than the database was migrated for",
    "application",
    { imageTag: "20250901-101-signed" },
    "imageTag",
    /older than 20260105-317-signed/,
    { only: "deployed", fix: /make rollback/, aws: running("20260105-317-signed") },
  ],
]);
