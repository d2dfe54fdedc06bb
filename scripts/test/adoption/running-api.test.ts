import { fakeClients } from "@selfhosted/common/testing";
import { expect } from "chai";
import { answersOf, findApi } from "../../adoption/running-api";
import { api } from "./recorded";

const endpoint = "pulumi-db-6f0c1a2.cluster-abc.eu-central-1.rds.amazonaws.com";

describe("The API that runs on a database", () => {
  const container = {
    name: "pulumi-service",
    image: api.image,
    environment: Object.entries(api.environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(api.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
  };
  const services = Array.from({ length: 12 }, (_, index) => `service-${index}`);
  const aws = fakeClients({
    "ecs:ListClusters": () => ({ clusterArns: ["console", "api"] }),
    "ecs:ListServices": ({ cluster }) => ({ serviceArns: cluster === "api" ? services : [] }),
    "ecs:DescribeServices": ({ services: asked }) => ({
      services: (asked as string[]).map((serviceName) => ({ serviceName, taskDefinition: `${serviceName}:7` })),
    }),
    "ecs:DescribeTaskDefinition": ({ taskDefinition }) => ({
      taskDefinition: { containerDefinitions: taskDefinition === "service-11:7" ? [container] : [{ name: "other" }] },
    }),
  });

  it("is found among all services, by the endpoint that it names", async () => {
    expect(await findApi(aws, endpoint)).to.deep.equal({ ...api, service: "service-11" });
    expect(await findApi(aws, "another.cluster-abc.eu-central-1.rds.amazonaws.com")).to.equal(undefined);
  });

  it("says which buckets and key it uses, and that it keeps to the older storage of events", () => {
    expect(answersOf(api)).to.deep.equal({
      checkpointBucket: "pulumi-checkpoints-5b0e7f1",
      policyBucket: "pulumi-policypacks-91c2d44",
      metadataBucket: "pulumi-service-metadata-3e8a6b0",
      serviceKeyId: api.environment["PULUMI_KMS_KEY"],
      engineEventsSchemaV2: "false",
    });
  });

  it("says so where it has the newer one", () => {
    const environment = {
      PULUMI_ENGINE_EVENTS_SCHEMA_V2: "true",
      PULUMI_ENGINE_EVENTS_LEGACY_WRITE: "false",
      PULUMI_ENGINE_EVENTS_BLOB_STORAGE_ENDPOINT: "s3://events",
    };
    expect(answersOf({ ...api, environment })).to.deep.equal({
      engineEventsSchemaV2: "true",
      engineEventsLegacyWrite: "false",
      eventsBucket: "events",
    });
  });
});
