import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { awsClients } from "../../aws/clients";
import { proxyFor } from "../../aws/proxy";
import { explainAws } from "../../lookups";
import { accountId, rsaPair } from "../../testing";

describe("the proxy of a call", () => {
  const proxyOf = (url: string, env: NodeJS.ProcessEnv): string | undefined => {
    const { protocol, hostname: host, port } = new URL(url);
    return proxyFor({ secure: protocol === "https:", host, port: port || (protocol === "https:" ? 443 : 80) }, env);
  };
  const aws = "https://sts.eu-central-1.amazonaws.com";
  const proxy = "http://proxy.example.com:3128";

  it("is that of the environment, in capitals or not, by the scheme of the call", () => {
    expect(proxyOf(aws, { HTTPS_PROXY: proxy })).to.equal(proxy);
    expect(proxyOf(aws, { https_proxy: "proxy.example.com:3128" })).to.equal(proxy);
    expect(proxyOf(aws, { HTTP_PROXY: proxy, HTTPS_PROXY: "" })).to.equal(undefined);
    expect(proxyOf("http://localstack:4566", { HTTP_PROXY: proxy })).to.equal(proxy);
  });

  it("is none for this machine: the sandbox is there", () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      expect(proxyOf(`http://${host}:4566`, { HTTP_PROXY: proxy })).to.equal(undefined);
    }
  });

  it("is none for what NO_PROXY names", () => {
    for (const [exception, url] of [
      ["*", aws],
      ["amazonaws.com", aws],
      [".amazonaws.com", aws],
      ["*.amazonaws.com", aws],
      ["example.com, STS.eu-central-1.amazonaws.com", aws],
      ["sts.eu-central-1.amazonaws.com:443", aws],
      ["10.0.0.5", "https://10.0.0.5"],
      ["10.0.0.0/8", "https://10.1.2.3"],
      ["fd00::/8", "https://[fd00::5]"],
    ] as const) {
      expect(proxyOf(url, { HTTPS_PROXY: proxy, no_proxy: exception }), exception).to.equal(undefined);
    }
    for (const [other, url] of [
      ["aws.com,,", aws],
      [".sts.eu-central-1.amazonaws.com", aws],
      ["amazonaws.com:8443", aws],
      ["10.0.0.0/8", "https://11.1.2.3"],
      ["10.0.0.0/99", "https://10.1.2.3"],
      ["10.0.0.0/8", aws],
    ] as const) {
      expect(proxyOf(url, { HTTPS_PROXY: proxy, NO_PROXY: other }), other).to.equal(proxy);
    }
  });
});

describe("clients behind a proxy", () => {
  const host = "api.pulumi.example.com";
  const folder = mkdtempSync(path.join(tmpdir(), "aws-proxy-"));
  const caFile = path.join(folder, "ca.pem");
  const before = { ...process.env };
  let asked: { url?: string; signIn?: string }[] = [];
  let answerOfProxy = "HTTP/1.1 200 OK\r\n\r\n";
  let api: Server, proxy: Server;

  beforeEach(async () => {
    asked = [];
    answerOfProxy = "HTTP/1.1 200 OK\r\n\r\n";
    writeFileSync(caFile, rsaPair.certificate);
    const identity = `<GetCallerIdentityResult><Account>${accountId}</Account></GetCallerIdentityResult>`;
    api = await listening(
      https.createServer({ cert: rsaPair.certificate, key: rsaPair.privateKey }, (_request, response) => {
        response.end(`<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`);
      }),
    );
    proxy = await listening(
      http.createServer().on("connect", ({ url, headers }: http.IncomingMessage, client: Socket) => {
        asked.push({ url, signIn: headers["proxy-authorization"] });
        client.write(answerOfProxy);
        const server = connect(portOf(api), "127.0.0.1");
        client.pipe(server).pipe(client);
      }),
    );
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `https://${host}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_MAX_ATTEMPTS: "1",
      AWS_CA_BUNDLE: caFile,
      HTTPS_PROXY: `http://user:password@127.0.0.1:${portOf(proxy)}`,
    });
  });
  afterEach(() => {
    [api, proxy].forEach((server) => server.close());
    Object.keys(process.env).forEach((name) => delete process.env[name]);
    Object.assign(process.env, before);
  });
  after(() => rmSync(folder, { recursive: true }));

  const account = async (): Promise<string | undefined> =>
    (await awsClients({ region: "eu-central-1" }).sts.getCallerIdentity({})).Account;
  const explained = async (): Promise<string> => explainAws(await failure(account()), "the caller").reason;

  it("call AWS through it, sign in to it, and trust the bundle of the company", async () => {
    expect(await account()).to.equal(accountId);
    expect(asked).to.deep.equal([{ url: `${host}:443`, signIn: `Basic ${btoa("user:password")}` }]);
  });

  it("go past it for what NO_PROXY names, such as interface endpoints", async () => {
    process.env["NO_PROXY"] = "localhost,.example.com";
    process.env["AWS_ENDPOINT_URL"] = `https://${host}:${portOf(api)}`;
    await failure(account());
    expect(asked).to.deep.equal([]);
  });

  it("reach the sandbox without it", async () => {
    const sandbox = await listening(
      http.createServer((_request, response) => {
        response.end(
          "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>local</Account></GetCallerIdentityResult>" +
            "</GetCallerIdentityResponse>",
        );
      }),
    );
    process.env["HTTP_PROXY"] = process.env["HTTPS_PROXY"];
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${portOf(sandbox)}`;
    expect(await account()).to.equal("local");
    expect(asked).to.deep.equal([]);
    sandbox.close();
  });

  it("say so where the certificate isn't trusted", async () => {
    delete process.env["AWS_CA_BUNDLE"];
    expect(await explained()).to.equal("the caller can't be read: the certificate of the AWS API isn't trusted");
  });

  it("say so where the bundle can't be read", async () => {
    process.env["AWS_CA_BUNDLE"] = path.join(folder, "none.pem");
    expect(await explained()).to.match(/^the caller can't be read: AWS_CA_BUNDLE names the file .*none.pem, which/);
  });

  it("say so where the proxy refuses, and never show its password", async () => {
    answerOfProxy = "HTTP/1.1 407 Proxy Authentication Required\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno";
    expect(await explained()).to.equal("the caller can't be read: what answered with status 407 isn't AWS");
  });

  it("say so where the proxy isn't there", async () => {
    proxy.close();
    expect(await explained()).to.equal("the caller can't be read: the AWS API doesn't answer");
  });
});

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing failed");
}

function listening<S extends Server>(server: S): Promise<S> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
