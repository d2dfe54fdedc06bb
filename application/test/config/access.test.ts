import { accountId, ecPair, expiredCertificate, rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, infrastructure, installation } from "../fixtures";
import { itRefuses, itWarns, type Refused } from "./refusals";

describe("settings of access", () => {
  itRefuses([
    [
      "an upper-case domain",
      { config: { domain: "Example.com" } },
      [/domain: found "Example.com"; allowed: a domain in lower case/],
    ],
    ["a URL for a domain", { config: { domain: "https://example.com" } }, [/domain: found/]],
    [
      "networks with bits behind their prefix, or in another spelling than AWS's",
      {
        config: { allowedCidrBlocks: "92.68.201.91/29,10.0.0.0/8", egressCidrBlocks: "10.1.2.3/8,2001:DB8:0:0::1/48" },
      },
      [
        /allowedCidrBlocks: found .*, of which "92\.68\.201\.91\/29" has bits behind its prefix; .*\n.*set allowedCidrBlocks 92\.68\.201\.88\/29,10\.0\.0\.0\/8/,
        /egressCidrBlocks: found .*"10\.1\.2\.3\/8" has bits behind its prefix; the network is "10\.0\.0\.0\/8".*\n.*set egressCidrBlocks 10\.0\.0\.0\/8,2001:db8::\/48/,
      ],
    ],
    [
      "colons that are no network",
      { config: { egressCidrBlocks: "::::/0" } },
      [/egressCidrBlocks: found "::::\/0", which .*no network/],
    ],
    ["a bad network", { config: { allowedCidrBlocks: "10.0.0.0/33" } }, [/allowedCidrBlocks: found "10.0.0.0\/33"/]],
    [
      "IPv6 clients of an IPv4 load balancer",
      { config: { allowedCidrBlocks: "2001:db8::/32" } },
      [/allowedCidrBlocks: found the IPv6 networks 2001:db8::\/32.*IPv4 only/, /dualStack true/],
    ],
    [
      "load balancers inside that answer on IPv6 and let no one in there",
      { config: { internal: true, dualStack: true } },
      [
        /dualStack: found true, but only IPv4 networks may enter: 10\.0\.0\.0\/16/,
        /set allowedCidrBlocks 10\.0\.0\.0\/16,2001:db8::\/32/,
      ],
    ],
    [
      "IPv6 where a list names IPv4 networks only",
      { config: { dualStack: true, allowedCidrBlocks: "203.0.113.0/24" } },
      [/dualStack: found true, but only IPv4 networks may enter: 203\.0\.113\.0\/24/],
    ],
    [
      "a certificate of another region",
      { config: { certificateArn: `arn:aws:acm:us-east-1:${accountId}:certificate/1` } },
      [
        /certificateArn: found a certificate of account .* in us-east-1.*eu-central-1/,
        /aws acm list-certificates --region eu-central-1/,
      ],
    ],
    [
      "a certificate of another account",
      { config: { certificateArn: "arn:aws:acm:eu-central-1:999999999999:certificate/1" } },
      [/certificateArn: found a certificate of account 999999999999/],
    ],
    [
      "no certificate",
      { config: { certificateArn: undefined } },
      [/certificateArn: neither certificateArn nor certificateZoneId is set; the load balancers need a certificate/],
    ],
    [
      "two certificates",
      { config: { certificateZoneId: "Z0123456789" } },
      [/certificateArn: set beside certificateZoneId; allowed: one of them/],
    ],
    [
      "no public subnets",
      { above: { network: { ...infrastructure.network, publicSubnetIds: [] } } },
      [/internal: found false, but the infrastructure layer names no public subnets/],
    ],
    [
      "TLS in the API without key",
      { config: { apiTlsCertificate: rsaPair.certificate } },
      [/apiTlsPrivateKey: not set/],
    ],
    [
      "a path for a certificate",
      { config: { consoleTlsCertificate: "/etc/tls.pem" } },
      [/consoleTlsCertificate: found .*PEM form/],
    ],
    ...["saml", "apiTls", "consoleTls"].map((kind): Refused => [
      `a key that isn't that of ${kind}Certificate`,
      {
        config: { [`${kind}Certificate`]: rsaPair.certificate },
        secrets: { [`${kind}PrivateKey`]: ecPair.privateKey },
      },
      [new RegExp(`${kind}PrivateKey: isn't the private key of ${kind}Certificate`)],
    ]),
    [
      "names that a certificate can't hold",
      {
        config: {
          ...{ certificateArn: undefined, certificateZoneId: "Z0123456789" },
          domain: "a-very-long-name-of-a-department.and-of-its-company.example.com",
        },
      },
      [/domain: the API's host, api\.a-very-.*, has 67 characters; a certificate of ACM takes 64/],
    ],
    ...[{}, { openToInternet: false }, { openToInternet: false, dualStack: true }].map((config): Refused => [
      `load balancers that face the internet and ${JSON.stringify(config)}, without a word on who may call them`,
      { config: { openToInternet: undefined, ...config } },
      [
        /^allowedCidrBlocks: not set, .*the first user to sign up becomes the administrator/m,
        /set allowedCidrBlocks 203\.0\.113\.0\/24; .*set openToInternet true/,
      ],
    ]),
    [
      "what is no prefix list",
      { config: { allowedPrefixListIds: "203.0.113.0/24" } },
      [/allowedPrefixListIds: found "203\.0\.113\.0\/24".*ids of prefix lists/],
    ],
    ...(["10.0.0.0/8,192.168.7.0/24", "fd00::/8,100.64.0.0/10"] as const).map((allowedCidrBlocks): Refused => [
      `the private clients ${allowedCidrBlocks} of load balancers that face the internet`,
      { config: { allowedCidrBlocks, dualStack: true } },
      [/allowedCidrBlocks: found private networks only .*nobody could call/, /set internal true/],
    ]),
    ...["127.0.0.1/32", "169.254.0.0/16", "224.0.0.0/4"].map((nobodys): Refused => [
      `clients from ${nobodys}, which nobody is`,
      { config: { allowedCidrBlocks: `10.0.0.0/8,${nobodys}`, internal: true } },
      [/allowedCidrBlocks: found .*, from which no client can call/, /set allowedCidrBlocks 10\.0\.0\.0\/8/],
    ]),
    [
      "a subdomain that is the domain",
      { config: { subdomain: "pulumi.example.com" } },
      [/subdomain: .*users would find the API at api\.pulumi\.example\.com\.pulumi/, /config rm subdomain/],
    ],
    [
      "a subdomain that begins with a host",
      { config: { subdomain: "api.eu" } },
      [/subdomain: found api\.eu, .*users would find the API at api\.api\.eu\./, /config set subdomain eu/],
    ],
    [
      "deletion protection of an ephemeral installation",
      {
        config: { loadBalancerDeletionProtection: true },
        above: installation({ ephemeral: true }),
      },
      [/loadBalancerDeletionProtection: found true, which has no effect: the installation is ephemeral/],
    ],
    [
      "a certificate of another partition",
      { config: { certificateArn: `arn:aws-us-gov:acm:eu-central-1:${accountId}:certificate/1` } },
      [/certificateArn: found a certificate of account \d+ in eu-central-1 \(aws-us-gov\)/],
    ],
  ]);

  itWarns([
    [
      "a container's certificate that has expired",
      { config: { apiTlsCertificate: expiredCertificate }, secrets: { apiTlsPrivateKey: rsaPair.privateKey } },
      /^apiTlsCertificate: the certificate of api\.pulumi\.example\.com expired on 2021-01-01/,
    ],
    [
      "everyone beside a list of those who may enter",
      { config: { openToInternet: true, allowedCidrBlocks: "203.0.113.0/24" } },
      /^openToInternet: found true, which has no effect: only the networks of/,
    ],
    [
      "more networks than a security group usually takes",
      { config: { allowedCidrBlocks: Array.from({ length: 61 }, (_, index) => `198.51.${index}.0/24`) } },
      /^allowedCidrBlocks: the IPv4 networks count as 61 rules .* which takes 60 unless the quota is raised/,
    ],
  ]);

  it("takes hosts from domain and subdomain", async () => {
    const { outputs } = await deploy({ config: { domain: "example.com", subdomain: "pulumi" } });
    expect(outputs.api.domain).to.equal("api.pulumi.example.com");
    expect(outputs.console.domain).to.equal("app.pulumi.example.com");
  });
});
