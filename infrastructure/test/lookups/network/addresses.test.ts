import { subnetIds } from "@selfhosted/common/testing";
import { expect } from "chai";
import { lookUp, withCluster, withSubnets } from "../../account";

const [publicA] = subnetIds.public as [string];
const [privateA, , privateC] = subnetIds.private as [string, string, string];

describe("The look-up of the subnets' zones and addresses", () => {
  it("refuses subnets outside the availability zones, and those without IPv4", async () => {
    const aws = withSubnets({
      [privateA]: { AvailabilityZone: "eu-central-1-ham-1a" },
      [publicA]: { AvailabilityZone: "eu-central-1-wl1-ber-wlz-1" },
      [privateC]: { CidrBlock: undefined, Ipv6Native: true },
    });
    expect((await lookUp({ aws })).errors).to.deep.equal([
      `publicSubnetIds: ${publicA} (in eu-central-1-wl1-ber-wlz-1) is in a Local Zone or Wavelength Zone; allowed: subnets in availability zones of the region`,
      `privateSubnetIds: ${privateA} (in eu-central-1-ham-1a) is in a Local Zone or Wavelength Zone; allowed: subnets in availability zones of the region`,
      `privateSubnetIds: ${privateC} has IPv6 only; allowed: subnets with an IPv4 network`,
    ]);
  });

  it("warns of subnets without room for a new installation, and not of those of one that is there", async () => {
    const aws = withSubnets({
      [publicA]: { AvailableIpAddressCount: 8 },
      [privateA]: { AvailableIpAddressCount: 8 },
      [subnetIds.isolated[0] ?? ""]: { AvailableIpAddressCount: 1 },
      [subnetIds.isolated[1] ?? ""]: { AvailableIpAddressCount: 0 },
    });
    const { errors, warnings } = await lookUp({ aws });
    expect(errors).to.deep.equal([]);
    expect(warnings.map((each) => each.split(" | ")[0])).to.deep.equal([
      `publicSubnetIds: ${publicA} (8) has fewer free addresses than the 9 that the load balancers need`,
      `isolatedSubnetIds: ${subnetIds.isolated[0]} (1), ${subnetIds.isolated[1]} (0) have fewer free addresses than the 2 that the instances of the database need in each zone`,
    ]);
    expect((await lookUp({ aws: { ...withCluster(), ...aws } })).warnings).to.deep.equal([]);
  });
});
