import { choice, flag, secret, text } from "@selfhosted/common";
import { webUrl } from "./patterns";

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function proxy(scheme: string) {
  return text({
    description: `Proxy for outgoing ${scheme} requests of the API and the console.`,
    example: "http://proxy.example.com:3128",
    optional: true,
    pattern: webUrl,
    allowed: "a URL without user and password",
  });
}

function registryBucket(kind: string) {
  return text({
    description: `Bucket of your own for ${kind} artefacts of the registry. The API gets access to it.`,
    example: `example-registry-${kind}`,
    optional: true,
    pattern: bucketName,
    allowed: "the name of a bucket",
  });
}

/** What the product does beyond its core. */
export const featureSettings = {
  licenseKey: secret({
    description: "Licence of Pulumi Self-Hosted: the text that the vendor sent.",
    pattern: /^\s*["']?[^\s"']+["']?\s*$/,
    allowed: "the licence in one line",
  }),
  agGridLicenseKey: secret({
    description: "Licence of the console's data grid, from the vendor. Without it the grid shows a watermark.",
    optional: true,
  }),
  engineEventsSchemaV2: flag({
    description:
      "The newer storage of engine events. Right for a fresh installation. An existing one that runs without it must set " +
      "it to false until the vendor's support has migrated the database.",
    default: true,
  }),
  engineEventsLegacyWrite: flag({
    description:
      "Engine events are written to the older storage too. Change it on an existing installation only with the vendor's support.",
  }),
  auditLogsTable: text({
    description:
      "DynamoDB table for audit logs, instead of the database. Keys org_id and timestamp_id, index org_user, as the " +
      "product's documentation says. The API gets access to it.",
    example: "pulumi-audit-logs",
    optional: true,
    pattern: /^[\w.-]{3,255}$/,
    allowed: "the name of a table in the installation's region",
  }),
  registryPublicBucket: registryBucket("public"),
  registryPrivateBucket: registryBucket("private"),
  deploymentsImage: text({
    description: "Image in which Deployments run, where the public pulumi/pulumi can't be reached.",
    example: "registry.example.com/pulumi/pulumi:3",
    optional: true,
  }),
  escPrivateTargets: flag({
    description: "ESC may read secret stores at private addresses, which the product refuses by default.",
  }),
  consoleInternalApiEndpoint: text({
    description: "URL at which the console's server calls the API, where it can't reach the public name.",
    example: "https://api.internal.example.com",
    optional: true,
    pattern: webUrl,
    allowed: "a URL",
  }),
  otelEndpoint: text({
    description: "Base URL of an OpenTelemetry collector for the API's traces and metrics.",
    example: "http://otel.example.com:4317",
    optional: true,
    pattern: webUrl,
    allowed: "a URL",
  }),
  otelProtocol: choice(["grpc", "http"], {
    description: "Protocol of the OpenTelemetry collector.",
    optional: true,
    example: "http",
  }),
  metricsSecret: secret({
    description:
      "Secret with which a monitor reads /metrics (`Authorization: webhook-token <secret>`). Without it, no metrics.",
    optional: true,
  }),
  deprecatedMetrics: flag({ description: "Metrics as lines of the API's log, the older way.", default: true }),
  httpProxy: proxy("HTTP"),
  httpsProxy: proxy("HTTPS"),
  noProxy: text({
    description:
      "Hosts that are called without the proxy, separated by commas. The addresses of AWS's task credentials are added.",
    example: ".example.com",
    optional: true,
  }),
  fipsEndpoints: flag({
    description:
      "The API calls AWS at its FIPS endpoints only. For GovCloud and the regions that have them. Without a way out of the VPC " +
      "it needs kms-fips among endpointsExtraServices in infrastructure/.",
  }),
};
