import { licenceOfTests } from "@selfhosted/common/testing";
import { expect } from "chai";
import { read, refusals } from "../fixtures";
import { itRefuses, itWarns } from "./refusals";

/** A licence that says when it ends. */
function licenceUntil(date: string): string {
  const [header, , signature] = licenceOfTests.split(".");
  const claims = Buffer.from(JSON.stringify({ exp: Date.parse(date) / 1000 })).toString("base64url");
  return `${header}.${claims}.${signature}`;
}

describe("settings of features", () => {
  itRefuses([
    [
      "a telemetry protocol without endpoint",
      { config: { otelProtocol: "http" } },
      [/otelProtocol: has no effect without otelEndpoint/],
    ],
    [
      "exceptions from no proxy",
      { config: { noProxy: ".example.com" } },
      [/noProxy: has no effect without httpProxy or httpsProxy/, /pulumi config rm noProxy/],
    ],
    [
      "a licence that is a nonsense word",
      { secrets: { licenseKey: "nonsense-canary" } },
      [/licenseKey: found a value \(not shown\), which is no JSON web token/],
    ],
    [
      "the name of a file in place of the licence",
      { secrets: { licenseKey: "licence.txt" } },
      [/licenseKey: .*which is the name of a file/, /pulumi config set --secret licenseKey < licence\.txt/],
    ],
    [
      "garbage for the image of Deployments",
      { config: { deploymentsImage: "not an image!" } },
      [/deploymentsImage: found "not an image!"; allowed: an image such as/],
    ],
    [
      "one of several, and addresses in brackets without a port",
      { config: { httpProxy: "http://proxy.example.com:3128", noProxy: ".example.com,[fd00::1]" } },
      [/noProxy: .*of which "\[fd00::1\]" is an address in brackets, which belong only in front of a port/],
    ],
    [
      "a proxy for nobody",
      { config: { httpProxy: "http://proxy.example.com:3128", noProxy: "*" } },
      [/noProxy: found "\*", which turns the proxy off for all hosts/],
    ],
    [
      "FIPS endpoints where S3 has none",
      { config: { fipsEndpoints: true } },
      [/fipsEndpoints: found true, but S3 has no FIPS endpoint in eu-central-1/],
    ],
    [
      "buckets of the registry that hold something else",
      { config: { registryPublicBucket: "pulumi-checkpoint-1", registryPrivateBucket: "pulumi-checkpoint-1" } },
      [/registryPublicBucket: found pulumi-checkpoint-1, which/, /registryPrivateBucket: found pulumi-checkpoint-1/],
    ],
    [
      "a sign-in at no proxy, and half of one",
      { config: { proxyUsername: "u" } },
      [
        /proxyUsername: has no effect without httpProxy or httpsProxy/,
        /proxyPassword: not set, though proxyUsername is/,
      ],
    ],
    [
      "a proxy's password, without showing it",
      { config: { httpsProxy: "http://user:canary-password@proxy.example.com:3128" } },
      [
        /httpsProxy: found a value \(not shown\), which holds a user or password.*belong in proxyUsername and proxyPassword/,
      ],
    ],
    [
      "a URL among the hosts that are called without proxy",
      { config: { httpProxy: "http://proxy.example.com:3128", noProxy: "https://x.example.com" } },
      [
        /noProxy: found "https:\/\/x\.example\.com", which is no host, domain or network;/,
        /config set noProxy x\.example\.com/,
      ],
    ],
  ]);

  itWarns([
    [
      "a licence that has expired",
      { secrets: { licenseKey: licenceUntil("2021-01-01") } },
      /^licenseKey: the licence has expired/,
    ],
  ]);

  it("doesn't warn on each run of a licence of the data grid that the vendor didn't give", () => {
    expect(read({ secrets: { agGridLicenseKey: undefined } }).problems).to.deep.equal([]);
  });

  it("refuses a secret that is stored in clear, without showing it", () => {
    const message = refusals({ config: { metricsSecret: "clear-text-canary" } });
    expect(message).to.match(/metricsSecret: stored in clear text; it must be encrypted/);
    expect(message).to.not.include("clear-text-canary");
  });
});
