import { type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { itRefuses, itWarns, problemKeys } from "../config/refusals";
import { read, refusals, search, type Trial } from "../fixtures";

describe("rules over what tasks may call", () => {
  itRefuses([
    [
      "a console that can't reach the API",
      { config: { egressCidrBlocks: "10.0.0.0/8" } },
      [/egressCidrBlocks: found private networks only, but the load balancers face the internet/, /internal true/],
    ],
    [
      "networks of the internet that don't hold the API's addresses",
      { config: { egressCidrBlocks: "10.0.0.0/8,203.0.113.0/24" } },
      [
        /egressCidrBlocks: found no networks that hold the API's addresses, only 203\.0\.113\.0\/24/,
        /set consoleInternalApiEndpoint https:\/\/api\.pulumi\.example\.com/,
      ],
    ],
    [
      "a port to call that is open anyway",
      { config: { apiEgressPorts: "443" } },
      [/apiEgressPorts: found 443, which the API may call anyway/, /config rm apiEgressPorts/],
    ],
    [
      "a port to call in two spellings",
      { config: { apiEgressPorts: "8443,08443" } },
      [/apiEgressPorts: found port 8443 more than once/, /set apiEgressPorts 8443/],
    ],
    [
      "addresses that tasks may not call",
      {
        config: {
          ...{ internal: true, smtpServer: "10.60.0.5:25", smtpSender: "p@example.com" },
          ...{ httpsProxy: "http://10.60.0.9:3128", otelEndpoint: "http://10.60.0.7:4317" },
        },
      },
      [
        /httpsProxy: found http:\/\/10\.60\.0\.9:3128, but the networks that tasks may call don't hold 10\.60\.0\.9: 10\.0\.0\.0\/16/,
        /smtpServer: .*\n.*set egressCidrBlocks 10\.0\.0\.0\/16,10\.60\.0\.5\/32/,
        /otelEndpoint: found/,
      ],
    ],
  ]);

  itWarns([
    [
      "more networks to call than a security group usually takes, beside the database and S3",
      {
        config: {
          ...{ internal: true, apiEgressPorts: "8443" },
          egressCidrBlocks: Array.from({ length: 30 }, (_, index) => `198.51.${index}.0/24`),
        },
      },
      /^egressCidrBlocks: the IPv4 networks, each at 2 ports, .* count as 62 rules/,
    ],
  ]);

  it("counts as many rules of a security group as it has", () => {
    const blocks = (length: number): string[] => Array.from({ length }, (_, index) => `198.51.${index}.0/24`);
    expect(
      read({ config: { internal: true, egressCidrBlocks: [...blocks(58), "2001:db8::/32"] } }).problems,
    ).to.deep.equal([]);
    const searched: Trial = { config: { internal: true, egressCidrBlocks: blocks(58) }, above: { search } };
    expect(problemKeys(searched)).to.deep.equal(["egressCidrBlocks"]);
    expect(read({ config: { egressCidrBlocks: [...blocks(58), "0.0.0.0/0"] } }).problems).to.deep.equal([]);
  });

  const needInternet: [what: string, trial: Trial, sentence: RegExp][] = [
    [
      "Turnstile",
      { config: { turnstileSiteKey: "k" }, secrets: { turnstileSecretKey: "k" } },
      /turnstileSiteKey: the API has Cloudflare Turnstile check/,
    ],
    [
      "sign-in by github.com",
      { config: { githubOauthId: "i" }, secrets: { githubOauthSecret: "s" } },
      /githubOauthId: the console asks github\.com who signs in/,
    ],
    [
      "sign-in by gitlab.com",
      {
        config: { gitlabOauthId: "i", gitlabOauthEndpoint: "https://gitlab.com" },
        secrets: { gitlabOauthSecret: "s" },
      },
      /gitlabOauthId: the console asks gitlab\.com/,
    ],
    [
      "sign-in by Bitbucket",
      { config: { bitbucketOauthId: "i" }, secrets: { bitbucketOauthSecret: "s" } },
      /bitbucketOauthId: the console asks bitbucket\.org/,
    ],
    [
      "the API of github.com",
      { config: { githubApiEndpoint: "https://api.github.com" } },
      /githubApiEndpoint: the API calls api\.github\.com/,
    ],
    [
      "images of another region",
      { config: { imageRegistryRegion: "us-east-1" } },
      /imageRegistryRegion: images are pulled from ECR in us-east-1, and VPC endpoints serve eu-central-1 only/,
    ],
    [
      "an image of Docker Hub by its short name",
      { config: { migrationImage: "pulumi/migrations:20260101-1000-signed" } },
      /migrationImage: the image is pulled from docker\.io/,
    ],
    [
      "a pull-through cache",
      { config: { imagePrefix: "docker-hub/", imagePullThroughCache: true } },
      /imagePullThroughCache: ECR fetches an image only for a VPC with a route to the internet/,
    ],
    [
      "an image of a public registry",
      { config: { consoleImage: "docker.io/pulumi/console:20260101-1000-signed" } },
      /consoleImage: the image is pulled from docker\.io/,
    ],
  ];
  const closed = { internal: true };
  for (const [what, { config, secrets }, sentence] of needInternet) {
    it(`refuses ${what} where tasks can't call the internet`, () => {
      expect(refusals({ config: { ...config, ...closed }, secrets }))
        .to.match(sentence)
        .and.match(/private networks only \(egressCidrBlocks\)/)
        .and.match(
          /pulumi config rm \w+; or give tasks a route to the internet: set httpsProxy.*egressCidrBlocks 0\.0\.0\.0\/0/,
        );
    });
  }

  const all = {
    config: Object.assign({}, ...needInternet.map(([, { config }]) => config)) as Values,
    secrets: Object.assign({}, ...needInternet.map(([, { secrets }]) => secrets)) as Values,
  };

  it("refuses them all at once where only private networks are named", () => {
    const config = { ...all.config, ...closed, egressCidrBlocks: "10.0.0.0/8,100.64.7.0/24,fd00::/8" };
    expect(problemKeys({ ...all, config })).to.have.members([
      "turnstileSiteKey",
      "githubOauthId",
      "gitlabOauthId",
      "bitbucketOauthId",
      "githubApiEndpoint",
      "imageRegistryRegion",
      "imagePullThroughCache",
      "migrationImage",
      "consoleImage",
    ]);
  });

  const routes: [what: string, Values][] = [
    ["load balancers face it", {}],
    ["the networks hold some of it", { ...closed, egressCidrBlocks: "10.0.0.0/8,140.82.112.0/20" }],
    ["there is a proxy", { ...closed, httpsProxy: "http://proxy.example.internal:3128" }],
  ];
  for (const [what, route] of routes) {
    it(`takes all that needs the internet where ${what}`, () => {
      expect(refusals({ ...all, config: { ...all.config, ...route } })).to.equal("");
    });
  }

  it("refuses a mail service of the internet where tasks can't call it themselves, whatever the proxy: that takes no mail", () => {
    const mail = { smtpServer: "smtp.sendgrid.net:587", smtpSender: "p@example.com" };
    expect(refusals({ config: { ...mail, ...closed, httpsProxy: "http://proxy.example.internal:3128" } })).to.match(
      /^smtpServer: the API sends mail through smtp\.sendgrid\.net, but tasks may call private networks only.*\n.*internet: where there is NAT/,
    );
    expect(refusals({ config: mail })).to.equal("");
  });

  it("takes sign-in by a git server inside where tasks can't call the internet", () => {
    const config = { ...closed, githubOauthId: "i", githubOauthEndpoint: "https://github.example.internal" };
    expect(refusals({ config, secrets: { githubOauthSecret: "s" } })).to.equal("");
  });
});
