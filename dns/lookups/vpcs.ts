import {
  assumingRole,
  type AwsClients,
  awsClients,
  type ConfigProblem,
  explainAws,
  type HostedZone,
  isDenied,
  type LookUp,
} from "@selfhosted/common";
import type { Reads } from "../config";

interface VpcInputs extends Reads<"assumeRoleArn" | "zoneVpcIds", "installation"> {
  zone: HostedZone;
  zoneAws: AwsClients;
}

/** The further VPCs of the private zone exist in its account. */
export const vpcs: LookUp<VpcInputs> = {
  name: "VPCs of the zone",
  key: "zoneVpcIds",
  what: ({ config }) => `VPC ${config.zoneVpcIds.join(", ")}`,
  async check(inputs, { aws }) {
    const { config, upstream, zone } = inputs;
    const { region: ownRegion } = upstream.installation;
    if (config.zoneVpcIds.length === 0 || !zone.private) {
      return undefined;
    }
    const found = await Promise.all(
      config.zoneVpcIds.map(async (entry): Promise<ConfigProblem[]> => {
        const [id = entry, region = ownRegion] = entry.split(":");
        try {
          const { ec2 } = await clientsIn(region, inputs, aws);
          await ec2.describeVpcs({ VpcIds: [id] });
          return [];
        } catch (error) {
          if (isDenied(error)) {
            throw error;
          }
          return [{ key: "zoneVpcIds", ...explainAws(error, `VPC ${id} of ${region}`) }];
        }
      }),
    );
    return { detail: config.zoneVpcIds.join(", "), problems: found.flat() };
  },
};

/** Clients of a region with the same credentials as those of the zone. */
async function clientsIn(
  region: string,
  { config, upstream, zoneAws }: VpcInputs,
  aws: AwsClients,
): Promise<AwsClients> {
  if (region === upstream.installation.region) {
    return zoneAws;
  }
  return config.assumeRoleArn === undefined ? awsClients({ region }) : assumingRole(aws, region, config.assumeRoleArn);
}
