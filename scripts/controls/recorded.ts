import { join } from "node:path";
import type { Layer } from "@selfhosted/common/layer";
import {
  accountId,
  licenceOfTests,
  type Outcome,
  type Program,
  type Recorded,
  run,
  subnetIds,
  type Values,
  vpcId,
} from "@selfhosted/common/testing";
import { repository } from "../repository";

/** Settings of a stack. */
export interface Settings {
  config?: Values;
  /** Those that are stored encrypted. */
  secrets?: Values;
}

/** What has no default. */
const required: Record<Layer, Settings> = {
  infrastructure: {
    config: {
      vpcId,
      publicSubnetIds: subnetIds.public,
      privateSubnetIds: subnetIds.private,
      isolatedSubnetIds: subnetIds.isolated,
      serviceKeyId: "alias/service",
    },
  },
  application: {
    config: {
      imageTag: "20260101-1000-signed",
      domain: "pulumi.example.com",
      openToInternet: "true",
      certificateArn: `arn:aws:acm:eu-central-1:${accountId}:certificate/1`,
    },
    secrets: { licenseKey: licenceOfTests },
  },
  dns: { config: { zoneName: "example.com" } },
};

/** The resources of all layers, by their programs in an account of mocks: with the defaults, but for these settings. */
export async function recorded(settings: Partial<Record<Layer, Settings>> = {}): Promise<Recorded[]> {
  const runLayer = (layer: Layer, stacks?: Program["stacks"]): Promise<Outcome> =>
    run(programOf(layer, settings[layer], stacks));
  const infrastructure = await runLayer("infrastructure");
  const application = await runLayer("application", { "selfhosted-infrastructure": infrastructure.outputs });
  const dns = await runLayer("dns", { "selfhosted-application": application.outputs });
  return [infrastructure, application, dns].flatMap(({ resources }) => resources);
}

function programOf(layer: Layer, { config, secrets: more }: Settings = {}, stacks: Program["stacks"]): Program {
  const secrets = { ...required[layer].secrets, ...more };
  return {
    layer,
    folder: join(repository, layer),
    stack: "prod",
    stacks,
    config: { ...required[layer].config, ...config, ...secrets },
    secretKeys: Object.keys(secrets),
    // ACM asks for a record for each name of a certificate.
    resource: (_type, _name, { domainName, subjectAlternativeNames: others = [] }) => ({
      domainValidationOptions: [domainName, ...(others as unknown[])].map((name) => ({ domainName: name })),
    }),
    calls: { "aws:ec2/getPrefixList:getPrefixList": () => ({ id: "pl-1" }) },
  };
}
