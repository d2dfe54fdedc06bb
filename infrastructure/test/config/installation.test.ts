import { elsewhere, itRefuses, itWarns, keyId } from "./problems";

describe("A configuration of the installation with a mistake", () => {
  itRefuses([
    [
      "no region",
      { "aws:region": undefined },
      /^aws:region: not set; required: a region .*\n fix: for example: pulumi config set aws:region eu-central-1$/,
    ],
    ["a region that is none", { "aws:region": "Frankfurt" }, /aws:region: found "Frankfurt"; allowed: a region/],
    [
      "a region that is misspelt",
      { "aws:region": "eu-wst-1" },
      /^aws:region: found "eu-wst-1"; .*\n fix: pulumi config set aws:region eu-west-1$/,
    ],
    [
      "a profile, which only the environment may name",
      { "aws:profile": "work" },
      /^aws:profile: has no effect here: .* AWS_PROFILE\n fix: pulumi config rm aws:profile, or remove it from the ESC environment that sets it/,
    ],
    [
      "a setting of another project",
      { "selfhosted-application:imageTag": "1" },
      /^selfhosted-application:imageTag: has no effect here: it is a setting of the project selfhosted-application/,
    ],
    ["a misspelt key", { databaseInstanceCont: 3 }, /unknown setting; did you mean databaseInstanceCount\?/],
    ["a key of another layer", { imageTag: "1" }, /imageTag: unknown setting\n +fix: pulumi config rm imageTag/],
    ["a name in capitals", { name: "Pulumi" }, /name: found "Pulumi"; allowed: up to 20 lower-case letters/],
    ["a name that is too long", { name: "a".repeat(21) }, /name: found "a{21}"; allowed: up to 20/],
    ["a name that ends in a hyphen", { name: "pulumi-" }, /name: found "pulumi-"/],
    ["an unknown size", { size: "huge" }, /size: found "huge"; allowed: one of small, medium, large/],
    ["an account with a letter", { accountId: "1234" }, /accountId: found "1234"; allowed: the 12 digits/],
    ["a tag of the installer", { tags: { stack: "x" } }, /tags: stack is a tag that the installer sets itself/],
    [
      "a tag of the installer in other letters",
      { tags: { Project: "x" } },
      /tags: Project is a tag that the installer sets itself, as project; AWS compares tags without case\n +fix: .*'tags\.Project'/,
    ],
    ["the tag of one resource", { tags: { "Service-Key": "x" } }, /tags: Service-Key is a tag .* as service-key/],
    ["the tag of snapshots", { tags: { "upgrade-from": "x" } }, /tags: upgrade-from is a tag that the installer sets/],
    [
      "two tags that differ in case only",
      { tags: { Team: "a", team: "b" } },
      /tags: team and Team differ in case only, which is the same tag to IAM/,
    ],
    [
      "a value that AWS refuses",
      { tags: { "cost:center": "a & b" } },
      /tags: cost:center has the value "a & b"; allowed: up to 256 letters.*\n +fix: pulumi config rm --path 'tags\["cost:center"\]'/,
    ],
    [
      "a value that is too long",
      { tags: { note: "x".repeat(257) } },
      /tags: note has the value "x+"; allowed: up to 256/,
    ],
    [
      "tags that aren't JSON",
      { tags: "team=platform" },
      /^tags: found a value \(not shown\), which is no JSON object; allowed: tag names .*$/,
    ],
    ["a tag of AWS", { tags: { "aws:x": "x" } }, /tags: found .*; allowed: tag names/],
    ["a tag of AWS in capitals", { tags: { "AWS:x": "x" } }, /tags: found .*; allowed: tag names/],
    [
      "too many tags",
      { tags: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`t${index}`, "x"])) },
      /tags: found 41 tags; allowed: up to 40/,
    ],
    [
      "a boundary that is a role",
      { permissionsBoundaryArn: "arn:aws:iam::111122223333:role/x" },
      /the ARN of an IAM pol/,
    ],
    [
      "no service key",
      { serviceKeyId: undefined },
      /serviceKeyId: not set; required: the id, alias \(alias\/…\) or ARN/,
    ],
    ["a service key by its bare name", { serviceKeyId: "service" }, /serviceKeyId: found "service"; allowed: the id/],
    [
      "a retention unknown to CloudWatch",
      { logRetentionDays: 31 },
      /logRetentionDays: found "31"; allowed: one of 30, 60/,
    ],
    [
      "a service key of another region",
      { serviceKeyId: elsewhere },
      /^serviceKeyId: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
    ],
    ["a data key of another region", { dataKeyId: elsewhere }, /^dataKeyId: found .*, which is in eu-west-1; allowed/],
    [
      "a key of another partition",
      { serviceKeyId: `arn:aws-cn:kms:eu-central-1:111122223333:${keyId}` },
      /^serviceKeyId: found .*; eu-central-1 is in the partition aws, where ARNs begin with arn:aws:$/,
    ],
    [
      "a key of another partition, in the sovereign cloud of Europe",
      { "aws:region": "eusc-de-east-1", serviceKeyId: `arn:aws:kms:eusc-de-east-1:111122223333:${keyId}` },
      /^serviceKeyId: found .*; eusc-de-east-1 is in the partition aws-eusc, where ARNs begin with arn:aws-eusc:$/,
    ],
    [
      "a boundary of another partition",
      { permissionsBoundaryArn: "arn:aws-us-gov:iam::111122223333:policy/x" },
      /^permissionsBoundaryArn: found .*; eu-central-1 is in the partition aws, where/,
    ],
    [
      "to keep a key that stays anyway",
      { dataKeyId: "alias/data", retainDataKey: true },
      /retainDataKey: is for the installation's own key; that in dataKeyId stays in any case/,
    ],
  ]);
});

describe("A doubtful configuration of the installation", () => {
  itWarns([
    [
      "as long as another service key would be taken",
      { confirmServiceKeyChange: true },
      /^confirmServiceKeyChange: found true, .*\n fix: after the deployment: pulumi config rm confirmServiceKeyChange$/,
    ],
  ]);
});
