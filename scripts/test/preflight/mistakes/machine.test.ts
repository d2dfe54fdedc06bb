import { hostname } from "node:os";
import { version as sdk } from "@pulumi/pulumi/package.json";
import { layers } from "@selfhosted/common/layer";
import { expect } from "chai";
import { UnfitPulumi } from "../../../environment";
import { checkState, unreadState } from "../../../preflight/state";
import { checkTools, refusedPulumi } from "../../../preflight/tools";
import type { CheckResult } from "../../../report";
import type { Stack, Stacks } from "../../../stacks";
import { known } from "./mistakes";

type Row = [what: string, found: () => CheckResult[], name: string, says: RegExp, fix: RegExp, verdict?: "warn"];

const fine = { node: "20.19.0", pulumi: sdk, missing: [] };
const missing = (name: string, source: string) => ({ ...fine, missing: [{ name, source }] });

const tools: Row[] = [
  [
    "an older Node.js, in which the programs don't load",
    () => checkTools({ ...fine, node: "20.18.3" }),
    ...(["Node.js", /found 20\.18\.3; allowed: >=20\.19/, /nodejs\.org/] as const),
  ],
  [
    "an older pulumi than the SDK of the programs",
    () => [refusedPulumi(new UnfitPulumi(`/usr/bin/pulumi is version 3.100.0, and the programs need ${sdk} or newer`))],
    ...(["pulumi", new RegExp(`version 3\\.100\\.0.*SDK is ${sdk.replaceAll(".", "\\.")}$`), /make pulumi/] as const),
  ],
  ...[
    ["aws", "the AWS CLI: https://docs.aws.amazon.com/cli"] as const,
    ["session-manager-plugin", "the Session Manager plugin: https://docs.aws.amazon.com/plugin"] as const,
  ].map(([name, source]): Row => [
    `no ${name} for shells in containers`,
    () => checkTools(missing(name, source)),
    name,
    /isn't on PATH.*execEnabled/,
    /^install the .*https:/,
    "warn",
  ]),
];

/** Stacks without anything special, but for what is said of the application's. */
function stacks(of: Partial<Stack> = {}): Stacks {
  const entries = layers.map((layer): [string, Stack] => [
    layer,
    {
      layer,
      resources: [],
      operations: [],
      locks: { locks: [] },
      torn: [],
      configuration: {},
      ...(layer === "application" && of),
    },
  ]);
  return Object.fromEntries(entries) as Stacks;
}
const lock = { pid: 4711, username: "ci", hostname: "build-7", timestamp: "2026-03-20T12:00:00Z" };
const checked = (of: Partial<Stack>) => (): CheckResult[] => checkState({ name: "prod" }, stacks(of));
const refused = (said: string) => (): CheckResult[] => [
  unreadState(`The state of selfhosted-infrastructure, stack prod, could not be read:\nerror: ${said}`),
];

const urn = "urn:pulumi:prod::selfhosted-application::aws:ecs/service:Service::pulumi-prod-api";
const state: Row[] = [
  [
    "a lock of another machine",
    checked({ locks: { locks: [lock] } }),
    ...([
      "stack of application",
      /locked by ci@build-7 since 2026-03-20/,
      /when nothing works on it.*make recover ENV=prod/,
    ] as const),
  ],
  [
    "a command that is at work",
    checked({ locks: { locks: [{ ...lock, hostname: hostname(), pid: process.pid }] } }),
    ...(["stack of application", /which is running/, /wait until it has ended.*make recover ENV=prod/] as const),
  ],
  [
    "what a command was doing when it was killed",
    checked({ operations: [{ type: "creating", resource: { urn, type: "aws:ecs/service:Service" } }] }),
    ...(["stack of application", /interrupted while creating pulumi-prod-api/, /make recover ENV=prod/] as const),
  ],
  [
    "a file that Pulumi was writing when it was killed",
    checked({ torn: ["/state/prod.json.attrs"], configuration: undefined }),
    ...(["stack of application", /killed while writing .*prod\.json\.attrs/, /make recover ENV=prod/] as const),
  ],
  [
    "a stack that doesn't exist",
    checked({ configuration: undefined }),
    ...(["stacks", /there is no stack prod in application\//, /pulumi login.*make init ENV=prod/] as const),
  ],
  // What Pulumi 3.259 says.
  [
    "no login",
    refused("PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions"),
    ...(["login", /isn't logged in/, /pulumi login.*PULUMI_ACCESS_TOKEN/] as const),
  ],
  [
    "no passphrase",
    refused(
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    ),
    ...(["passphrase", /none is set/, /export PULUMI_CONFIG_PASSPHRASE/] as const),
  ],
  [
    "another passphrase",
    refused("incorrect passphrase"),
    ...(["passphrase", /isn't the one with which/, /export the right one/] as const),
  ],
  [
    "a bucket that doesn't exist",
    refused(
      "error listing stacks: could not list bucket: blob (code=NotFound): operation error S3: ListObjectsV2, NoSuchBucket: The",
    ),
    ...(["state bucket", /doesn't exist/, /pulumi login.*make backend/] as const),
  ],
  [
    "a folder that doesn't exist",
    refused('unable to open state directory "file:///nowhere": stat /nowhere: no such file or directory'),
    ...(["state folder", /doesn't exist.*\/nowhere/, /pulumi login file:/] as const),
  ],
  [
    "no credentials for the bucket",
    refused(
      "read meta.yaml: operation error S3: GetObject, get identity: get credentials: failed to refresh cached credentials",
    ),
    ...(["credentials for the state", /no valid AWS credentials/, /AWS_PROFILE.*aws sso login/] as const),
  ],
  [
    "a bucket that these credentials may not read",
    refused(
      "operation error S3: GetObject, https response error StatusCode: 403, api error AccessDenied: Access Denied",
    ),
    ...(["access to the state", /don't allow/, /DEPLOYER_ROLE_ARN/] as const),
  ],
  [
    "a key that is to be deleted",
    refused(
      "secrets (code=FailedPrecondition): operation error KMS: Decrypt, KMSInvalidStateException: arn:… is pending deletion.",
    ),
    ...(["state key", /waits for its deletion/, /cancel-key-deletion.*enable-key/] as const),
  ],
  [
    "a key of another account or region",
    refused(
      "secrets (code=NotFound): operation error KMS: Decrypt, NotFoundException: Alias arn:…:alias/nowhere is not found.",
    ),
    ...(["state key", /isn't in this account and region/, /secretsprovider/] as const),
  ],
  [
    "no network",
    refused(
      'performing HTTP request: Get "https://api.pulumi.com/api/user": dial tcp: lookup api.pulumi.com: no such host',
    ),
    ...(["backend", /can't be reached.*no such host/, /HTTPS_PROXY/] as const),
  ],
  [
    "anything else",
    refused("failed to load checkpoint: unknown format"),
    ...(["backend", /can't be read: .*unknown format/, /pulumi whoami/] as const),
  ],
];

machine("tools", tools);
machine("state", state);

/** Tests that preflight finds each, and nothing else. */
function machine(area: string, rows: Row[]): void {
  describe(`What is wrong with this machine or the place for Pulumi's state: ${area}`, () => {
    for (const [what, found, name, says, fix, verdict = "fail"] of rows) {
      known.add(`${area} ${name}: ${says.source}`);
      it(`is found by preflight: ${what}`, () => {
        const wrong = found().filter((each) => each.verdict !== "ok");
        expect(wrong).to.have.lengthOf(1);
        expect(wrong[0]).to.include({ area, name, verdict });
        expect(wrong[0]?.detail).to.match(says);
        expect(wrong[0]?.fix).to.match(fix);
      });
    }
  });
}

describe("What is right with this machine and the place for Pulumi's state", () => {
  it("is named in a line each", () => {
    expect(checkTools(fine).map(({ name, verdict }) => `${name} ${verdict}`)).to.deep.equal([
      "Node.js ok",
      "pulumi ok",
    ]);
    expect(checked({})().map(({ name, verdict }) => `${name} ${verdict}`)).to.deep.equal(["stacks ok"]);
  });

  it("isn't known where locks can't be read, which is said once for all stacks", () => {
    const [first, ...others] = checkState(
      { name: "prod" },
      stacks({ locks: { unread: "who holds a lock can't be read" } }),
    );
    expect(first).to.include({ name: "locks", verdict: "skip" });
    expect(others).to.deep.equal([]);
  });
});
