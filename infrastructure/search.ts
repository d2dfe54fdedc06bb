import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  arn,
  Component,
  DeepInput,
  physicalName,
  policyDocument,
  Search as SearchOutputs,
  Surroundings,
} from "@selfhosted/common";
import { Config } from "./config";
import { Credentials, password } from "./credentials";
import { Network } from "./network";
import { SearchLogs } from "./search-logs";
import { searchZones } from "./search-zones";

export interface SearchArgs {
  config: Config;
  where: Surroundings;
  network: Network;
  keyArn: pulumi.Input<string>;
  /** Must be there before the domain. */
  after: pulumi.Resource[];
}

/** OpenSearch in the private subnets. It isn't protected: the service fills it again from the database. */
export class Search extends Component {
  readonly outputs: DeepInput<SearchOutputs>;

  constructor(name: string, args: SearchArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Search", name, opts);
    const { config, where, network, keyArn } = args;
    const domainName = physicalName("searchDomain", name);
    const domainArn = arn(where, "es", `domain/${domainName}`);

    // Without rules: the application layer admits the API's tasks.
    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-access`,
      {
        name: physicalName("securityGroup", `${name}-access`),
        description: "Who may reach OpenSearch",
        vpcId: network.vpcId,
        // Where search is turned off, the group goes before the application layer can take its rules out.
        revokeRulesOnDelete: true,
      },
      { parent: this },
    );
    const administratorPassword = password(
      `${name}-password`,
      { version: config.searchPasswordVersion, special: true },
      { parent: this },
    );
    const logs = new SearchLogs(
      `${name}-logs`,
      { domainName, domainArn, where, keyArn, retentionInDays: Number(config.logRetentionDays) },
      { parent: this },
    );
    const zones = searchZones(config, network);
    const masters = Number(config.searchMasterCount);
    const domain = new aws.opensearch.Domain(
      `${name}-domain`,
      {
        domainName,
        engineVersion: config.searchEngineVersion,
        clusterConfig: {
          instanceType: config.searchInstanceType,
          instanceCount: config.searchInstanceCount ?? zones.length,
          zoneAwarenessEnabled: zones.length > 1,
          ...(zones.length > 1 && { zoneAwarenessConfig: { availabilityZoneCount: zones.length } }),
          dedicatedMasterEnabled: masters > 0,
          ...(masters > 0 && { dedicatedMasterCount: masters, dedicatedMasterType: config.searchMasterType }),
        },
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
          {
            sid: "PasswordSignIn",
            principals: "*",
            actions: ["es:ESHttp*"],
            resources: `${domainArn}/*`,
          },
        ]),
        logPublishingOptions: logs.publishing,
        softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
      },
      { parent: this, dependsOn: [logs.policy, ...args.after] },
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
      { parent: this },
    );

    this.outputs = {
      endpoint: pulumi.interpolate`https://${domain.endpoint}:443`,
      securityGroupId: securityGroup.id,
      credentials: credentials.reference,
    };
    this.registerOutputs({ endpoint: domain.endpoint });
  }
}
