import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  arn,
  Component,
  type Context,
  type DeepInput,
  physicalName,
  policyDocument,
  type Search as SearchOutputs,
  servicePrincipal,
} from "@selfhosted/common";
import { AccessGroup } from "@selfhosted/common/components";
import type { SearchConfig } from "../config/search";
import { Credentials, password } from "../database/credentials";
import type { Network } from "../network/network";
import { SearchLogs } from "./logs";

export interface SearchArgs {
  context: Context;
  config: SearchConfig;
  network: Network;
  keyArn: pulumi.Input<string>;
  logRetentionDays: number;
  /** Must be there before the domain. */
  dependsOn: pulumi.Resource[];
}

const service = servicePrincipal("opensearchservice");

/**
 * The service-linked role that lets OpenSearch make network interfaces in a VPC. An account has one for all domains and AWS deletes
 * it for none of them (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/slr-aos.html): no stack may own it.
 */
export const searchRole = {
  name: "AWSServiceRoleForAmazonOpenSearchService",
  service,
  /** Holds this role and no other. */
  path: `/aws-service-role/${service}/`,
};

/** The command that makes the role. */
export const makeSearchRole = `aws iam create-service-linked-role --aws-service-name ${service}`;

/** The zones of the domain, each with its subnet: as many as are wanted, three at most. */
export function searchZones(
  { searchZoneCount = 3 }: Pick<SearchConfig, "searchZoneCount">,
  network: Network,
): [string, string][] {
  return [...network.privateSubnetsByZone].sort().slice(0, searchZoneCount);
}

/** OpenSearch in the private subnets. It isn't protected: the service fills it again from the database. */
export class Search extends Component {
  readonly outputs: DeepInput<SearchOutputs>;

  constructor(name: string, args: SearchArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Search", name, opts);
    const { context, config, network, keyArn, logRetentionDays, dependsOn } = args;
    const domainName = physicalName("searchDomain", name);
    const domainArn = arn(context.location, "es", `domain/${domainName}`);
    const parent = { parent: this };

    const securityGroup = new AccessGroup(
      `${name}-access`,
      { target: "OpenSearch", vpcId: network.vpcId, revokeRulesOnDelete: true },
      parent,
    );
    const administratorPassword = password(
      `${name}-password`,
      { version: config.searchPasswordVersion, special: true },
      parent,
    );
    const logs = new SearchLogs(
      `${name}-logs`,
      { context, domainName, domainArn, retentionDays: logRetentionDays, keyArn },
      parent,
    );
    const zones = searchZones(config, network);
    const domain = new aws.opensearch.Domain(
      `${name}-domain`,
      {
        domainName,
        engineVersion: config.searchEngineVersion,
        clusterConfig: clusterConfig(config, zones.length),
        ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: config.searchVolumeGb },
        vpcOptions: { subnetIds: zones.map(([, subnetId]) => subnetId), securityGroupIds: [securityGroup.id] },
        encryptAtRest: { enabled: true, kmsKeyId: keyArn },
        nodeToNodeEncryption: { enabled: true },
        domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
        advancedSecurityOptions: {
          enabled: true,
          internalUserDatabaseEnabled: true,
          masterUserOptions: { masterUserName: config.searchUsername, masterUserPassword: administratorPassword },
        },
        // The service signs in with name and password, not with IAM; who can't reach the domain has no use of this.
        accessPolicies: policyDocument([
          { sid: "PasswordSignIn", principals: "*", actions: ["es:ESHttp*"], resources: `${domainArn}/*` },
        ]),
        logPublishingOptions: logs.publishing,
        softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
      },
      { ...parent, dependsOn: [logs.policy, ...dependsOn] },
    );
    const credentials = new Credentials(
      `${name}-credentials`,
      {
        description: "Administrator of OpenSearch",
        username: config.searchUsername,
        password: administratorPassword,
        keyArn,
        // Made anew at any time: nothing is lost with it.
        ephemeral: true,
      },
      parent,
    );

    this.outputs = {
      endpoint: pulumi.interpolate`https://${domain.endpoint}:443`,
      securityGroupId: securityGroup.id,
      credentials: credentials.reference,
    };
    this.registerOutputs({ endpoint: domain.endpoint });
  }
}

function clusterConfig(config: SearchConfig, zoneCount: number): aws.types.input.opensearch.DomainClusterConfig {
  const masters = Number(config.searchMasterCount);
  return {
    instanceType: config.searchInstanceType,
    instanceCount: config.searchInstanceCount ?? zoneCount,
    zoneAwarenessEnabled: zoneCount > 1,
    ...(zoneCount > 1 && { zoneAwarenessConfig: { availabilityZoneCount: zoneCount } }),
    dedicatedMasterEnabled: masters > 0,
    ...(masters > 0 && { dedicatedMasterCount: masters, dedicatedMasterType: config.searchMasterType }),
  };
}
