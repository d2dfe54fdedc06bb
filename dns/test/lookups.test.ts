import { awsError, partitions, type AwsAnswers, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { loadBalancer, look, problems, runDns, vpcId, zoneId, type Args } from "./installation";

interface Zone {
  id: string;
  name?: string;
  isPrivate?: boolean;
  vpcs?: string[];
}

/** Route 53 with these zones, and records by their name. */
function route53(zones: Zone[], records: Record<string, Values[]> = {}): Partial<AwsAnswers> {
  const all = zones.map(({ id, name = "example.com", isPrivate = false }) => ({
    Id: `/hostedzone/${id}`,
    Name: `${name}.`,
    Config: { PrivateZone: isPrivate },
  }));
  return {
    // A page for each zone.
    "route53:ListHostedZones": ({ Marker: start = "0" }) => {
      const next = Number(start) + 1;
      return { HostedZones: all.slice(next - 1, next), ...(next < all.length && { NextMarker: String(next) }) };
    },
    "route53:GetHostedZone": ({ Id }) => {
      const [found] = all.filter((each) => each.Id.endsWith(String(Id)));
      const zone = zones.find(({ id }) => String(Id).endsWith(id));
      return { HostedZone: found, ...(zone?.vpcs && { VPCs: zone.vpcs.map((VPCId) => ({ VPCId })) }) };
    },
    "route53:ListResourceRecordSets": ({ StartRecordName: name }) => ({
      ResourceRecordSets: [
        ...(records[String(name)] ?? []).map((record) => ({ Name: `${String(name)}.`, ...record })),
        { Name: "zzz.example.com.", Type: "CNAME" },
      ],
    }),
  };
}

const own: Zone = { id: "ZPRIVATE", isPrivate: true, vpcs: [vpcId] };
const zones: Zone[] = [
  { id: "ZPUBLIC" },
  own,
  { id: "ZELSEWHERE", isPrivate: true, vpcs: ["vpc-2"] },
  { id: "ZNEXT", name: "example.net" },
];

describe("the zone", () => {
  const internal = { internal: true };
  const found = async (args: Args): Promise<string | undefined> =>
    (await look({ aws: route53(zones), ...args })).zone?.id;

  it("is the public one of its name, or the private one that the installation's VPC sees", async () => {
    expect(await found({})).to.equal("ZPUBLIC");
    expect(await found({ application: internal })).to.equal("ZPRIVATE");
    expect(await found({ application: internal, config: { zoneName: "example.com", zoneType: "public" } })).to.equal(
      "ZPUBLIC",
    );
    expect(await found({ config: { zoneId: "ZPUBLIC" }, application: internal })).to.equal("ZPUBLIC");
  });

  it("may be spelled with a dot at its end, or in capitals", async () => {
    expect(await found({ config: { zoneName: "Example.com." } })).to.equal("ZPUBLIC");
  });

  it("is one: of two, both are named with the command that says which", async () => {
    const aws = route53([{ id: "Z1" }, { id: "Z2" }]);
    expect(await problems({ aws })).to.deep.equal([
      "error zoneName: found 2 public hosted zones named example.com: Z1, Z2; there must be one → say which one: " +
        "pulumi config set zoneId Z1, or pulumi config set zoneId Z2; and pulumi config rm zoneName",
    ]);
  });

  it("that isn't there is one problem, with what was meant", async () => {
    const meant = async (args: Args): Promise<string | undefined> => (await problems(args))[0]?.split(" → ")[1];
    expect(await meant({ aws: route53(zones), config: { zoneName: "pulumi.example.com" } }), "the zone above").to.equal(
      "pulumi config set zoneName example.com",
    );
    expect(await meant({ aws: route53([{ id: "Z1" }]), application: internal }), "only public").to.equal(
      "pulumi config set zoneType public",
    );
    expect(
      await meant({ aws: route53([{ id: "Z1", isPrivate: true, vpcs: ["vpc-2"] }]), application: internal }),
    ).to.equal(
      `associate it: aws route53 associate-vpc-with-hosted-zone --hosted-zone-id Z1 --vpc VPCRegion=eu-central-1,VPCId=${vpcId}`,
    );
    expect(await meant({ aws: route53([own]) }), "only a private one").to.equal(
      "make the public zone; or, where only this VPC's users are to find the names: pulumi config set zoneType private",
    );
    expect(await problems({ config: { zoneId: "ZNONE" } })).to.deep.equal([
      "error zoneId: hosted zone ZNONE doesn't exist in this account and region → undefined",
    ]);
  });

  it("that may not be read is a problem of the setting that names it", async () => {
    const aws = {
      "route53:ListHostedZones": () => {
        throw awsError("AccessDeniedException", "not authorized to perform: route53:ListHostedZones");
      },
    };
    expect(await problems({ aws })).to.deep.equal([
      "error zoneName: hosted zone example.com can't be read: the credentials don't allow it → allow the caller route53:ListHostedZones",
    ]);
  });

  it("holds the host names, whole labels of them", async () => {
    const aws = route53([{ id: "Z1", name: "ample.com" }]);
    expect((await problems({ aws, config: { zoneName: "ample.com" } }))[0]).to.match(
      /^error zoneName: api\.pulumi\.example\.com and app\.pulumi\.example\.com lie outside of zone ample\.com \(Z1\)/,
    );
    const narrow = route53([{ id: "Z1", name: "pulumi.example.com" }]);
    const config = { zoneName: "pulumi.example.com", bareDomain: true };
    expect(await problems({ aws: narrow, config })).to.deep.equal([]);
  });

  it("doesn't delegate them to another", async () => {
    const aws = route53(zones, { "pulumi.example.com": [{ Type: "NS" }] });
    expect(await problems({ aws })).to.deep.equal([
      "error zoneName: zone example.com (ZPUBLIC) delegates pulumi.example.com to another zone, in which the records belong → " +
        "pulumi config set zoneName pulumi.example.com",
    ]);
  });

  it("that is private fits what is asked of it", async () => {
    const aws = route53(zones);
    expect((await problems({ aws, config: { zoneId: "ZELSEWHERE" }, application: internal }))[0]).to.match(
      /^warning zoneId: zone example\.com \(ZELSEWHERE\) isn't associated with vpc-0123456789abcdef0/,
    );
    expect((await problems({ aws, config: { zoneId: "ZPRIVATE", healthChecks: true } }))[0]).to.match(
      /^error healthChecks: zone example\.com \(ZPRIVATE\) is private/,
    );
    expect((await problems({ aws, config: { zoneName: "example.com", zoneVpcIds: "vpc-0a1b2c3d" } }))[0]).to.match(
      /^error zoneVpcIds: zone example\.com \(ZPUBLIC\) is public/,
    );
  });

  it("isn't looked for while it isn't known which", async () => {
    const { checks, zone } = await look({ config: { zoneName: "example" } });
    expect(zone).to.equal(undefined);
    expect(checks.map(({ skipped }) => skipped)).to.deep.equal(["a setting that it needs isn't valid"]);
    expect(await look({ application: "none" })).to.deep.equal({ checks: [] });
  });
});

describe("records that exist", () => {
  const api = "api.pulumi.example.com";
  const taken = (record: Values): Partial<AwsAnswers> => route53(zones, { [api]: [record, { Type: "TXT" }] });
  const alias = (DNSName: string, Type = "A"): Values => ({ Type, AliasTarget: { DNSName } });
  const { dnsName } = loadBalancer("api");
  const { region, dnsSuffix } = partitions.aws;
  const take = { zoneName: "example.com", overwriteRecords: true };

  it("of others are in the way, with both ways out", async () => {
    expect(await problems({ aws: taken(alias("old.elb.example.")) })).to.deep.equal([
      `error overwriteRecords: ${api} has a record already, which is not of this installation: A → old.elb.example. → take it ` +
        "over: pulumi config set overwriteRecords true; or delete it",
    ]);
    expect(await problems({ aws: taken(alias("old.elb.example.")), config: take })).to.deep.equal([]);
    expect(await problems({ aws: route53(zones) })).to.deep.equal([]);
  });

  it("are the installation's own where they lead to its load balancers, or to one that was replaced", async () => {
    for (const target of [
      `${dnsName}.`,
      `dualstack.${dnsName.toUpperCase()}.`,
      `api-0a1b.elb.${region}.${dnsSuffix}.`,
    ]) {
      expect(await problems({ aws: taken(alias(target)) }), target).to.deep.equal([]);
    }
  });

  it("may be the stack's own where they lead to other network load balancers, as when it read another application stack", async () => {
    for (const target of [`green-api-0a1b.elb.${region}.${dnsSuffix}.`, `api-1.elb.us-east-1.${dnsSuffix}.`]) {
      expect(await problems({ aws: taken(alias(target)) }), target).to.deep.equal([
        `warning overwriteRecords: ${api} leads to another load balancer now: A → ${target}; unless this stack made the record, ` +
          "Route 53 refuses a second one → if another made it, take it over: pulumi config set overwriteRecords true",
      ]);
      expect(await problems({ aws: taken(alias(target)), config: take }), target).to.deep.equal([]);
    }
    expect((await runDns({ aws: taken(alias(`green-api-0a1b.elb.${region}.${dnsSuffix}.`)) })).outputs).to.include({
      zoneId: "ZPUBLIC",
    });
    expect((await problems({ aws: taken(alias(`lb-1.${region}.elb.${dnsSuffix}.`)) })).join(), "an ALB").to.match(
      /^error/,
    );
  });

  it("can't be taken over where they are CNAMEs, or have a routing policy", async () => {
    const cname = { Type: "CNAME", ResourceRecords: [{ Value: "old.example.com" }] };
    const weighted = { ...alias("old.elb.example."), SetIdentifier: "blue" };
    const ownWeighted = { ...alias(`${dnsName}.`), SetIdentifier: "green" };
    for (const record of [cname, weighted, ownWeighted]) {
      expect((await problems({ aws: taken(record), config: take }))[0]).to.match(
        /→ an alias can't take the place .*: delete it when nobody needs it any more$/,
      );
    }
  });

  it("stop the program too", async () => {
    const outcome = await runDns({ aws: taken(alias("old.elb.example.")) }).catch((error: unknown) => String(error));
    expect(outcome).to.match(/overwriteRecords: api\.pulumi\.example\.com has a record already/);
  });
});

describe("a zone in another account", () => {
  const assumeRoleArn = "arn:aws:iam::444455556666:role/dns";
  const config = { zoneName: "example.com", assumeRoleArn };

  it("is reached through the role, and no other account is touched", async () => {
    const outcome = await runDns({ config });
    const { inputs } = outcome.the("pulumi:providers:aws");
    expect(JSON.parse(String(inputs["assumeRoles"]))).to.deep.equal([{ roleArn: assumeRoleArn }]);
    expect(JSON.parse(String(inputs["allowedAccountIds"]))).to.deep.equal(["444455556666"]);
  });

  it("needs a role that these credentials may assume", async () => {
    const aws = {
      "sts:AssumeRole": () => {
        throw awsError("AccessDenied", "User: me is not authorized to perform: sts:AssumeRole on resource: role/dns");
      },
    };
    expect((await problems({ config, aws })).join()).to.match(
      /^error assumeRoleArn: role arn:.*role\/dns can't be assumed: .* → have the role's owner name the caller in its trust policy/,
    );
  });
});

describe("credentials of another account", () => {
  it("are one problem", async () => {
    const aws = {
      "sts:GetCallerIdentity": () => ({ Account: "999988887777", Arn: "arn:aws:iam::999988887777:user/me" }),
    };
    expect((await problems({ aws })).join()).to.match(
      /^error applicationStack: the installation belongs to account 111122223333/,
    );
  });
});

describe("more VPCs of a private zone", () => {
  const config = { zoneName: "example.com", zoneVpcIds: "vpc-0a1b2c3d,vpc-4e5f6071:eu-west-1" };
  const application = { internal: true };
  const ec2 = (known: Record<string, string>): Partial<AwsAnswers> => ({
    "ec2:DescribeVpcs": ({ VpcIds }, region) => {
      const [id = ""] = VpcIds as string[];
      if (known[id] !== region) {
        throw awsError("InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
      }
      return { Vpcs: [{ VpcId: id }] };
    },
  });
  const both = ec2({ "vpc-0a1b2c3d": "eu-central-1", "vpc-4e5f6071": "eu-west-1" });

  it("are associated, in their regions", async () => {
    const outcome = await runDns({ config, application, aws: both });
    const associations = outcome.ofType("aws:route53/zoneAssociation:ZoneAssociation").map(({ inputs }) => inputs);
    expect(associations).to.deep.equal([
      { zoneId: "Z0PRIVATEZONE", vpcId: "vpc-0a1b2c3d" },
      { zoneId: "Z0PRIVATEZONE", vpcId: "vpc-4e5f6071", vpcRegion: "eu-west-1" },
    ]);
  });

  it("exist, each in its region", async () => {
    expect(await problems({ config, application, aws: both })).to.deep.equal([]);
    expect(await problems({ config, application, aws: ec2({ "vpc-0a1b2c3d": "eu-central-1" }) })).to.deep.equal([
      "error zoneVpcIds: VPC vpc-4e5f6071 of eu-west-1 doesn't exist in this account and region → undefined",
    ]);
    const denied = {
      "ec2:DescribeVpcs": () => {
        throw awsError("UnauthorizedOperation", "You are not authorized to perform this operation.");
      },
    };
    expect(await problems({ config, application, aws: denied }), "not allowed to ask").to.deep.equal([]);
  });
});

describe("the bare domain", () => {
  const config = { zoneName: "example.com", bareDomain: true };

  it("is covered by the certificate of the load balancers", async () => {
    expect(await problems({ config })).to.deep.equal([]);
    const aws = { "acm:DescribeCertificate": () => ({ Certificate: { DomainName: "*.pulumi.example.com" } }) };
    expect((await problems({ config, aws })).join()).to.match(
      /^error bareDomain: found true, but the certificate .* doesn't cover pulumi\.example\.com → .*config set bareDomain false$/,
    );
    expect(await problems({ aws })).to.deep.equal([]);
  });

  it("isn't checked where the caller may not read the certificate: the program doesn't need it", async () => {
    const aws = {
      "acm:DescribeCertificate": () => {
        throw awsError("AccessDeniedException", "not authorized to perform: acm:DescribeCertificate");
      },
    };
    expect(await problems({ config, aws })).to.deep.equal([]);
    expect((await look({ config, aws })).checks.flatMap(({ skipped }) => skipped ?? []).join()).to.match(
      /can't be read/,
    );
  });
});

describe("health checks", () => {
  const type = "aws:route53/healthCheck:HealthCheck";
  const config = { zoneName: "example.com", healthChecks: true };

  it("call the API's status and the console from the internet", async () => {
    const outcome = await runDns({ config: { ...config, bareDomain: true } });
    const called = outcome
      .ofType(type)
      .map(({ inputs: check }) => [check["type"], check["fqdn"], check["resourcePath"]].join(" "));
    expect(called).to.deep.equal(["HTTPS api.pulumi.example.com /api/status", "HTTPS app.pulumi.example.com /"]);
    expect(outcome.outputs["healthCheckIds"]).to.have.length(2);
  });

  it("are none unless asked for", async () => {
    expect((await runDns()).ofType(type)).to.deep.equal([]);
  });

  const only = (allowedCidrBlocks: string[], entries?: string[], more: Partial<AwsAnswers> = {}): Args => ({
    config,
    application: { allowedCidrBlocks, ...(entries && { allowedPrefixListIds: ["pl-1"] }) },
    aws: {
      // An entry on each page.
      "ec2:GetManagedPrefixListEntries": ({ NextToken: start = "0" }) => {
        const next = Number(start) + 1;
        const Entries = (entries ?? []).slice(next - 1, next).map((Cidr) => ({ Cidr }));
        return { Entries, ...(next < (entries?.length ?? 0) && { NextToken: String(next) }) };
      },
      ...more,
    },
  });

  it("get through the load balancers' allow list: by its networks, or the entries of any prefix list", async () => {
    expect((await problems(only(["15.177.0.0/19"])))[0]).to.match(
      /^error healthChecks: .* don't admit Route 53's checkers: 15\.177\.0\.0\/18, 54\.183\.255\.128\/26 → .*com\.amazonaws\.eu-central-1\.route53-healthchecks/,
    );
    expect(await problems(only(["15.0.0.0/8", "54.183.255.128/26"]))).to.deep.equal([]);
    expect(await problems(only(["15.0.0.0/8"], ["203.0.113.0/24", "54.183.255.128/25"]))).to.deep.equal([]);
    expect((await problems(only(["15.0.0.0/8"], ["2600:1f14::/36"])))[0]).to.match(/checkers: 54\.183\.255\.128\/26 /);
    expect(await problems({ config }), "everyone").to.deep.equal([]);
  });

  it("stop nobody where the prefix lists can't be seen: they are of another account, or the caller may not ask", async () => {
    const skipped = async (args: Args): Promise<string[]> => {
      const { checks, zone } = await look(args);
      expect(zone).not.to.equal(undefined);
      expect(checks.flatMap((check) => check.problems)).to.deep.equal([]);
      return checks.flatMap((check) => check.skipped ?? []);
    };
    const ofTheZone = {
      "sts:GetCallerIdentity": () => ({ Account: "444455556666", Arn: "arn:aws:iam::444455556666:user/me" }),
    };
    const asRole = only([], [], ofTheZone);
    const role = { ...config, assumeRoleArn: "arn:aws:iam::444455556666:role/dns" };
    expect(await skipped({ ...asRole, config: role })).to.deep.equal([
      "it is in account 111122223333, but the credentials are of 444455556666",
    ]);
    const denied = {
      "ec2:GetManagedPrefixListEntries": () => {
        throw awsError("UnauthorizedOperation", "You are not authorized to perform: ec2:GetManagedPrefixListEntries");
      },
    };
    expect((await skipped(only([], [], denied))).join()).to.match(
      /prefix list pl-1, can't be read: the credentials don't allow it/,
    );
  });
});

describe("the zone's id", () => {
  it("is an output", async () => {
    expect((await runDns()).outputs["zoneId"]).to.equal(zoneId);
  });
});
