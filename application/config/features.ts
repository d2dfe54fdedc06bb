import { isIP } from "node:net";
import {
  allOrNone,
  bucketName,
  checkedBy,
  choice,
  cited,
  flag,
  licence,
  licenceTerm,
  network,
  ofConfig,
  onlyWith,
  pattern,
  type Rule,
  secret,
  type Shape,
  text,
  webUrl,
} from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "./settings";
import { bareName, bareSecret } from "./sign-in";

/** The URL of a proxy, without user and password: those have settings of their own. */
export const proxyUrl: Shape = {
  ...webUrl,
  allowed: "a URL such as http://proxy.example.com:3128; user and password belong in proxyUsername and proxyPassword",
};

function proxy(scheme: "HTTP" | "HTTPS") {
  return text({
    description:
      `Proxy for outgoing ${scheme} requests of the API and the console; one that asks for a sign-in gets proxyUsername and ` +
      "proxyPassword.",
    example: "http://proxy.example.com:3128",
    optional: true,
    shape: proxyUrl,
    env: { api: `${scheme}_PROXY`, console: `${scheme}_PROXY` },
  });
}

function registryBucket(kind: string) {
  return text({
    description: `Bucket of your own for ${kind} artefacts of the registry. The API gets access to it.`,
    example: `example-registry-${kind}`,
    optional: true,
    shape: bucketName,
  });
}

/** Hosts as Go and Node read them in NO_PROXY: names, with a dot in front for all below, addresses, networks; perhaps with a port. */
const hostList = checkedBy(
  "hosts, domains and networks, separated by commas, such as .example.com,10.0.0.0/8",
  (list) => {
    // A comma at the end is harmless.
    const items = list
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
    const wrong = items.find((item) => !isHost(item) && network.fault(item) !== undefined);
    if (wrong === undefined) {
      return items.length === 0 ? "is empty" : undefined;
    }
    return items.length === 1 ? hostFlaw(wrong) : `of which ${cited(wrong)} ${hostFlaw(wrong)}`;
  },
);

function hostFlaw(item: string): string {
  if (item === "*") {
    return "turns the proxy off for all hosts";
  }
  // Go's list of exceptions takes them off only there: https://pkg.go.dev/golang.org/x/net/http/httpproxy
  return /^\[.*\]$/.test(item)
    ? "is an address in brackets, which belong only in front of a port"
    : "is no host, domain or network";
}

function isHost(item: string): boolean {
  const [, host = ""] = /^(?:\*?\.)?(.+?)(?::\d{1,5})?$/.exec(item) ?? [];
  const [, address = host] = /^\[(.*)\]:\d{1,5}$/.exec(item) ?? [];
  const isName = /^[\w-]+(\.[\w-]+)*$/.test(host) && !/^[\d.]+$/.test(host);
  return isName || isIP(item) > 0 || isIP(address) > 0;
}

/** An image as Docker names it: without a host in front it is in Docker Hub, without a tag it is the latest. */
const imageName = pattern(
  /^([\w.-]+(:\d{1,5})?\/)?[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  "an image such as registry.example.com/pulumi/pulumi:3",
);

/** What the product does beyond its core. */
export const featureSettings = {
  licenseKey: secret({
    description: "Licence of Pulumi Self-Hosted: the text that the vendor sent.",
    shape: licence,
  }),
  agGridLicenseKey: secret({
    description: "Licence of the console's data grid, from the vendor. Without it the grid shows a watermark.",
    optional: true,
    env: { console: "AG_GRID_LICENSE_KEY" },
  }),
  engineEventsSchemaV2: flag({
    description:
      "The newer storage of engine events. Right for a fresh installation. An existing one that runs without it must set " +
      "it to false until the vendor's support has migrated the database.",
    default: true,
    change: "On an existing installation only with the vendor's support, which migrates the database.",
  }),
  engineEventsLegacyWrite: flag({
    description: "Engine events are written to the older storage too.",
    change: "On an existing installation only with the vendor's support.",
  }),
  auditLogsTable: text({
    description:
      "DynamoDB table for audit logs, instead of the database. Keys org_id and timestamp_id, index org_user, as the " +
      "product's documentation says. The API gets access to it.",
    example: "pulumi-audit-logs",
    optional: true,
    shape: pattern(/^[\w.-]{3,255}$/, "the name of a table in the installation's region"),
    env: { api: "PULUMI_AUDIT_LOGS_DYNAMO_TABLE" },
  }),
  registryPublicBucket: registryBucket("public"),
  registryPrivateBucket: registryBucket("private"),
  deploymentsImage: text({
    description: "Image in which Deployments run, where the public pulumi/pulumi can't be reached.",
    example: "registry.example.com/pulumi/pulumi:3",
    optional: true,
    shape: imageName,
    env: { api: "PULUMI_DEPLOY_DEFAULT_IMAGE_REFERENCE" },
  }),
  escPrivateTargets: flag({
    description: "ESC may read secret stores at private addresses, which the product refuses by default.",
    env: { api: "PULUMI_DISABLE_ESC_SSRF_PROTECTION" },
  }),
  consoleInternalApiEndpoint: text({
    description: "URL at which the console's server calls the API, where it can't reach the public name.",
    example: "https://api.internal.example.com",
    optional: true,
    shape: webUrl,
    env: { console: "PULUMI_API_INTERNAL_ENDPOINT" },
  }),
  otelEndpoint: text({
    description: "Base URL of an OpenTelemetry collector for the API's traces and metrics.",
    example: "http://otel.example.com:4317",
    optional: true,
    shape: webUrl,
    env: { api: "OTEL_EXPORTER_OTLP_ENDPOINT" },
  }),
  otelProtocol: choice(["grpc", "http"], {
    description: "Protocol of the OpenTelemetry collector.",
    optional: true,
    example: "http",
    env: { api: "OTEL_EXPORTER_OTLP_PROTOCOL" },
  }),
  metricsSecret: secret({
    description:
      "Secret with which a monitor reads /metrics (`Authorization: webhook-token <secret>`). Without it, no metrics.",
    optional: true,
    env: { api: "METRICS_WEBHOOK_SECRET" },
  }),
  deprecatedMetrics: flag({
    description: "Metrics as lines of the API's log, as older releases write them.",
    default: true,
  }),
  httpProxy: proxy("HTTP"),
  httpsProxy: proxy("HTTPS"),
  proxyUsername: text({
    description: "User at the proxies; with proxyPassword. Neither for proxies without sign-in.",
    example: "pulumi",
    optional: true,
    shape: bareName,
  }),
  proxyPassword: secret({
    description:
      "Password at the proxies. With it, the containers get the proxies' URLs from Secrets Manager, user and password included.",
    optional: true,
    shape: bareSecret,
  }),
  noProxy: text({
    description:
      "Hosts that are called without the proxy, separated by commas. The addresses of AWS's task credentials are added.",
    example: ".example.com",
    optional: true,
    shape: hostList,
  }),
  fipsEndpoints: flag({
    description:
      "The API calls AWS at its FIPS endpoints only. For GovCloud and the regions that have them. Where the VPC has no internet " +
      "access, it needs kms-fips among endpointsExtraServices in infrastructure/.",
  }),
};

/** Regions in which S3 has FIPS endpoints: https://docs.aws.amazon.com/general/latest/gr/s3.html */
const fipsRegions = [
  "ca-central-1",
  "ca-west-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
];

const fipsRegion: Rule<RuleArgs> = ({ config: { fipsEndpoints }, upstream: { installation } }) =>
  fipsEndpoints &&
  !fipsRegions.includes(installation.region) && {
    key: "fipsEndpoints",
    reason: `found true, but S3 has no FIPS endpoint in ${installation.region}; it has in ${fipsRegions.join(", ")}`,
    fix: "pulumi config rm fipsEndpoints",
  };

/** A bucket of the registry holds nothing else: what is public in one isn't in another. */
const separateBuckets: Rule<RuleArgs> = ({ config, upstream: { buckets } }) =>
  (["registryPublicBucket", "registryPrivateBucket"] as const).map((key) => {
    const name = config[key];
    const isShared =
      (name !== undefined && Object.values(buckets).includes(name)) ||
      (key === "registryPrivateBucket" && name !== undefined && name === config.registryPublicBucket);
    return (
      isShared && {
        key,
        reason: `found ${name}, which the installation uses for something else`,
        fix: "name a bucket of its own",
      }
    );
  });

export const featureRules: Rule<RuleArgs>[] = [
  ...ofConfig<ApplicationConfig>(
    licenceTerm("licenseKey"),
    onlyWith(["otelProtocol"], "otelEndpoint"),
    onlyWith(["noProxy", "proxyUsername", "proxyPassword"], "httpProxy", "httpsProxy"),
    allOrNone("proxyUsername", "proxyPassword"),
  ),
  fipsRegion,
  separateBuckets,
];
