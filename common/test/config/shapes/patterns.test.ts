import { expect } from "chai";
import {
  accountId,
  all,
  bucketName,
  emailAddress,
  hostAndPort,
  hostName,
  imageReference,
  kmsKey,
  kmsKeyArn,
  network,
  pattern,
  policyArn,
  port,
  regionName,
  roleArn,
  type Shape,
  stackOf,
  subdomain,
  topicArn,
  variableName,
  webUrl,
  zoneId,
} from "../../../config";

const key = "0468b8d5-e82e-485d-b886-8401ea49c5f2";
const arn = (service: string, rest: string, partition = "aws"): string => `arn:${partition}:${service}:${rest}`;

interface Case {
  shape: Shape;
  good: string[];
  /** Each with what was meant, where that is clear. */
  bad: Record<string, string | undefined>;
}

const cases: Record<string, Case> = {
  hostName: {
    shape: hostName,
    good: ["example.com", "a.b-c.example.museum", "xn--bcher-kva.example"],
    bad: {
      "Example.COM": "example.com",
      "https://example.com/": "example.com",
      "example.com.": "example.com",
      ' "example.com"': "example.com",
      "https://example.com/path": undefined,
      localhost: undefined,
      "-a.example.com": undefined,
      "a_b.example.com": undefined,
      "10.0.0.1": undefined,
    },
  },
  subdomain: {
    shape: subdomain,
    good: ["pulumi", "a.b"],
    bad: { Pulumi: "pulumi", "pulumi.": "pulumi", "a..b": undefined },
  },
  accountId: {
    shape: accountId,
    good: ["123456789012"],
    bad: { "1234-5678-9012": "123456789012", "1234-5678": undefined, "'123456789012'": "123456789012" },
  },
  regionName: {
    shape: regionName,
    good: ["eu-central-1", "us-gov-west-1", "cn-north-1", "ap-southeast-2", "cn-northwest-1", "eusc-de-east-1"],
    bad: {
      "EU-Central-1": "eu-central-1",
      "eu-central-1a": "eu-central-1",
      "eu-wst-1": "eu-west-1",
      "eu-west": undefined,
      Frankfurt: undefined,
      "": undefined,
    },
  },
  zoneId: {
    shape: zoneId,
    good: ["Z0123456789ABCDEFGHIJ"],
    bad: { "example.com": undefined, "/hostedzone/Z1": "Z1", "hostedzone/Z1": "Z1", "/change/Z1": undefined },
  },
  bucketName: {
    shape: bucketName,
    good: ["a-bucket.of-mine", "123"],
    bad: {
      "s3://my-bucket/": "my-bucket",
      "My-Bucket": "my-bucket",
      "arn:aws:s3:::my-bucket": "my-bucket",
      "https://my-bucket.s3.amazonaws.com": "my-bucket",
      "https://my-bucket.s3.eu-central-1.amazonaws.com/": "my-bucket",
      "my-bucket.s3.cn-north-1.amazonaws.com.cn": "my-bucket",
      "https://s3.eu-central-1.amazonaws.com/my-bucket": "my-bucket",
      a_b: undefined,
      "10.0.0.1": undefined,
      "a..b": undefined,
      ab: undefined,
      "xn--bucket": undefined,
      "bucket-s3alias": undefined,
    },
  },
  kmsKey: {
    shape: kmsKey,
    good: [
      key,
      "alias/pulumi",
      "mrk-0123456789abcdef0123456789abcdef",
      arn("kms", `us-gov-west-1:123456789012:key/${key}`, "aws-us-gov"),
    ],
    bad: {
      pulumi: "alias/pulumi",
      [` ${key}\n`]: key,
      [`key/${key}`]: key,
      [key.toUpperCase()]: key,
      [key.slice(1)]: undefined,
      "arn:aws:kms": undefined,
    },
  },
  kmsKeyArn: { shape: kmsKeyArn, good: [arn("kms", `eu-west-1:123456789012:key/${key}`)], bad: { [key]: undefined } },
  policyArn: {
    shape: policyArn,
    good: [arn("iam", ":aws:policy/ReadOnlyAccess"), arn("iam", ":123456789012:policy/path/mine", "aws-cn")],
    bad: { ReadOnlyAccess: undefined, [arn("iam", ":123456789012:role/mine")]: undefined },
  },
  roleArn: {
    shape: roleArn,
    good: [arn("iam", ":123456789012:role/dns")],
    bad: { [arn("iam", ":aws:role/dns")]: undefined },
  },
  topicArn: { shape: topicArn, good: [arn("sns", "eu-west-1:123456789012:alarms")], bad: { alarms: undefined } },
  stackOf: {
    shape: stackOf("selfhosted-infrastructure"),
    good: ["organization/selfhosted-infrastructure/prod"],
    bad: { prod: undefined, "acme/selfhosted-application/prod": "acme/selfhosted-infrastructure/prod" },
  },
  emailAddress: {
    shape: emailAddress,
    good: ["a@example.com", "First.O'Last+tag@Mail.Example.com", "_a-b@xn--bcher-kva.example"],
    bad: {
      "a@localhost": undefined,
      "a b@example.com": undefined,
      "pulumi@example.com,": "pulumi@example.com",
      "<a@b.co>": "a@b.co",
      "Pulumi <a@b.co>": "a@b.co",
      "mailto:a@b.co": "a@b.co",
      "a@b.co,c@d.co": undefined,
      "A <a@b.co>, C <c@d.co>": undefined,
      "a@b@c.co": undefined,
      "a..b@c.co": undefined,
      "a@-b.co": undefined,
      "@b.co": undefined,
    },
  },
  variableName: { shape: variableName, good: ["HTTP_PROXY", "_a1"], bad: { "1A": undefined, "A-B": undefined } },
  port: {
    shape: port,
    good: ["1", "587", "65535"],
    bad: { "0": undefined, "65536": undefined, "99999": undefined, "-1": undefined, smtp: undefined },
  },
  webUrl: {
    shape: webUrl,
    good: ["https://host.example.com", "http://10.0.0.1:4318/v1/traces", "https://[fd00::1]:8443", "http://relay"],
    bad: {
      "HTTPS://host.example.com": "https://host.example.com",
      '"https://host.example.com"': "https://host.example.com",
      "https://user:password@host.example.com": undefined,
      "https://user:pass/word@host.example.com": undefined,
      "host.example.com": undefined,
      "ftp://host.example.com": undefined,
      "https://host.example.com:0": undefined,
      "https://host.example.com:70000": undefined,
      "https://host.example.com:": undefined,
      "https://host_a": undefined,
      "https://10.0.0.256": undefined,
    },
  },
  hostAndPort: {
    shape: hostAndPort,
    good: ["smtp.example.com:587", "10.0.0.1:25", "[fd00::1]:25"],
    bad: {
      "smtp://smtp.example.com:587": "smtp.example.com:587",
      "smtp.example.com": undefined,
      "smtp.example.com:99999": undefined,
      "smtp.example.com:0": undefined,
      ":587": undefined,
      "fd00::1": undefined,
    },
  },
  network: {
    shape: network,
    good: ["0.0.0.0/0", "203.0.113.0/24", "203.0.113.5/32", "::/0", "fd00::/8", "2001:db8::/48"],
    bad: {
      "92.68.201.91/29": "92.68.201.88/29",
      "10.1.2.3/8": "10.0.0.0/8",
      "203.0.113.5": "203.0.113.5/32",
      " 203.0.113.0/24": "203.0.113.0/24",
      "2001:DB8:0:0::1/48": "2001:db8::/48",
      "2001:DB8::/48": "2001:db8::/48",
      "2001:db8::1": "2001:db8::1/128",
      // The one or all?
      "203.0.113.5/0": undefined,
      "0.0.0.0": undefined,
      "::": undefined,
      "10.0.0.0/33": undefined,
      "10.0.0/8": undefined,
      "10.0.0.256/32": undefined,
      "010.0.0.0/8": undefined,
      "::::/0": undefined,
      "10.0.0.0/8/8": undefined,
      any: undefined,
      "": undefined,
    },
  },
  imageReference: {
    shape: imageReference,
    good: [
      "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/service:20260105-317-signed",
      `registry.example.com:5000/a/b:1@sha256:${"0".repeat(64)}`,
      `docker.io/a@sha256:${"0".repeat(64)}`,
    ],
    bad: {
      "https://registry.example.com/a:1": "registry.example.com/a:1",
      "registry.example.com/a": undefined,
      "registry.example.com/a:latest": undefined,
      "registry.example.com:99999/a:1": undefined,
      "a:1": undefined,
      "registry.example.com/a@sha256:0": undefined,
    },
  },
};

describe("the shape", () => {
  for (const [name, { shape, good, bad }] of Object.entries(cases)) {
    it(`${name} allows what AWS and the product take, and knows what was meant`, () => {
      for (const text of good) {
        expect(shape.fault(text), text).to.equal(undefined);
      }
      for (const [text, meant] of Object.entries(bad)) {
        expect(shape.fault(text), text).to.be.an("object");
        expect(shape.fault(text)?.meant, text).to.equal(meant);
      }
    });
  }

  it("means only what it allows itself", () => {
    for (const { shape, bad } of Object.values(cases)) {
      for (const meant of Object.values(bad)) {
        expect(meant === undefined || shape.fault(meant) === undefined, meant).to.equal(true);
      }
    }
  });

  it("says why", () => {
    const why: [Shape, string, string][] = [
      [network, "10.1.2.3/8", 'has bits behind its prefix; the network is "10.0.0.0/8"'],
      [network, "10.1.2.3", 'has no prefix; one address is "10.1.2.3/32"'],
      [network, "FD00::/8", 'AWS writes "fd00::/8"'],
      [network, "10.1.2.3/0", "could mean one address or all of them"],
      [webUrl, "https://user:p/w@host", "holds a user or password, which would be shown in clear"],
      [webUrl, "https://host:70000", 'has the port "70000"; ports go from 1 to 65535'],
      [webUrl, "svc:Pa55@proxy.example.com:3128", "holds a user or password, which would be shown in clear"],
      [webUrl, "https://host/v1?api-key=Pa55w0rd", "holds a key or token, which would be shown in clear"],
      [hostAndPort, "svc:Pa55@smtp.example.com:587", "holds a user or password, which would be shown in clear"],
      [hostAndPort, "a_b:25", 'has "a_b" in the place of its host'],
      [imageReference, "registry.example.com/a", "has no tag and no digest"],
      [imageReference, "registry.example.com/a:latest", 'has the tag "latest", behind which the image changes'],
    ];
    for (const [shape, text, because] of why) {
      expect(shape.fault(text)?.because).to.equal(because);
    }
  });

  it("of several shapes means only what all of them allow", () => {
    const short = all("a short host name", hostName, pattern(/^.{1,12}$/, "up to 12 characters"));
    expect(short.fault("Example.com")?.meant).to.equal("example.com");
    expect(short.fault("A-Long-Example.com")).to.deep.include({ meant: undefined });
    expect(short.fault("a-long-example.com")).to.be.an("object");
    expect(short.fault("example.com")).to.equal(undefined);
  });
});
