import {
  assumingRole,
  awsClients,
  explainAws,
  isDenied,
  type AwsClients,
  type ConfigProblem,
  type LookUp,
} from "@selfhosted/common";
import type { ZoneInputs } from ".";

/** The further VPCs of the private zone exist in its account. */
export const vpcs: LookUp<ZoneInputs> = {
  name: "VPCs of the zone",
  key: "zoneVpcIds",
  what: ({ config }) => `VPC ${config.zoneVpcIds.join(", ")}`,
  async look(inputs, { aws }) {
    const { config, upstream, zone } = inputs;
    const { region: home } = upstream.installation;
    if (config.zoneVpcIds.length === 0 || !zone.private) {
      return undefined;
    }
    const found = await Promise.all(
      config.zoneVpcIds.map(async (entry): Promise<ConfigProblem[]> => {
        const [id = entry, region = home] = entry.split(":");
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
    return { evidence: config.zoneVpcIds.join(", "), problems: found.flat() };
  },
};

/** Clients of another region, that see what those of the zone see. */
async function clientsIn(
  region: string,
  { config, upstream, zoneAws }: ZoneInputs,
  aws: AwsClients,
): Promise<AwsClients> {
  if (region === upstream.installation.region) {
    return zoneAws;
  }
  return config.assumeRoleArn === undefined ? awsClients({ region }) : assumingRole(aws, region, config.assumeRoleArn);
}
