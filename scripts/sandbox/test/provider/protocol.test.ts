import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { handlers } from "../../provider/plugin";
import { type Shelf, toys, toyUrn } from "./toys";

type Values = Record<string, JavaScriptValue>;
type Callback<Response> = (error: Error | null, response: Response) => void;

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: JavaScriptValue) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const struct = (properties: Values) => Struct.fromJavaScript(properties);

/** The answer to one call of the protocol. */
function ask<Response>(call: (callback: Callback<Response>) => unknown): Promise<Response> {
  return new Promise((done, fail) => call((error, response) => (error ? fail(error) : done(response))));
}

describe("the plugin protocol", () => {
  let shelf: Shelf;
  let server: grpc.Server;
  let client: ResourceProviderClient;

  const check = (news: Values) =>
    ask<rpc.CheckResponse>((done) => client.check(new rpc.CheckRequest().setUrn(toyUrn).setNews(struct(news)), done));
  const create = (properties: Values, isPreview = false) => {
    const request = new rpc.CreateRequest().setUrn(toyUrn).setProperties(struct(properties)).setPreview(isPreview);
    return ask<rpc.CreateResponse>((done) => client.create(request, done));
  };

  beforeEach(async () => {
    shelf = { toys: new Map() };
    server = new grpc.Server();
    server.addService(ResourceProviderService, handlers(toys(shelf)));
    const credentials = grpc.ServerCredentials.createInsecure();
    const port = await ask<number>((done) => server.bindAsync("127.0.0.1:0", credentials, done));
    client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const settings = struct({ owner: "me", rooms: "[1]" });
    const request = new rpc.ConfigureRequest().setArgs(settings).setAcceptsecrets(true);
    await ask<rpc.ConfigureResponse>((done) => client.configure(request, done));
  });

  afterEach(() => {
    client.close();
    server.forceShutdown();
  });

  it("brings secrets back as secrets, unchanged by the way", async () => {
    const inputs = (await check({ name: "a", code: secret("1234") })).getInputs()?.toJavaScript();
    expect(inputs).to.deep.equal({ name: "a", size: 1, code: secret("1234") });
    const outputs = (await create(inputs as Values)).getProperties()?.toJavaScript();
    expect(outputs).to.deep.equal({ name: "a", size: 1, code: secret("1234"), serial: secret("0815") });
    expect(shelf.toys.get("a")).to.include({ code: "1234" });
  });

  it("previews with values that aren't known yet, and without the outputs that only creation returns", async () => {
    const inputs = { name: "a", size: unknown };
    const checked = await check(inputs);
    expect(checked.getFailuresList()).to.deep.equal([]);
    expect(checked.getInputs()?.toJavaScript()).to.deep.equal(inputs);
    expect((await create(inputs, true)).getProperties()?.toJavaScript()).to.deep.equal(inputs);
    expect(shelf.toys.size).to.equal(0);

    const update = new rpc.UpdateRequest().setUrn(toyUrn).setId("a").setPreview(true).setNews(struct(inputs));
    const olds = { name: "a", size: 1, code: "1" };
    update.setOlds(struct({ ...olds, serial: "0815" })).setOldInputs(struct(olds));
    const planned = await ask<rpc.UpdateResponse>((done) => client.update(update, done));
    expect(planned.getProperties()?.toJavaScript()).to.deep.equal({ ...inputs, serial: secret("0815") });
  });

  it("says what a change does", async () => {
    const diff = async (olds: Values, news: Values) => {
      const request = new rpc.DiffRequest().setUrn(toyUrn).setId("a").setNews(struct(news));
      request.setOlds(struct({ serial: "0815", ...olds })).setOldInputs(struct(olds));
      return ask<rpc.DiffResponse>((done) => client.diff(request, done));
    };
    const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
    const none = await diff({ name: "a", size: 1, __defaults: [] }, { name: "a", size: 1 });
    expect(none.getChanges()).to.equal(DIFF_NONE);
    const some = await diff({ name: "a", size: 1, material: "tin" }, { name: "a", size: 2 });
    expect(some.getChanges()).to.equal(DIFF_SOME);
    expect(some.getDiffsList()).to.have.members(["size", "material"]);
    expect(some.getReplacesList()).to.deep.equal(["material"]);
    expect(some.getDeletebeforereplace()).to.equal(true);
    expect(some.getDetaileddiffMap().get("material")?.getKind()).to.equal(rpc.PropertyDiff.Kind.DELETE_REPLACE);
  });

  it("hands over a resource that was made but isn't complete", async () => {
    shelf.breaks = true;
    const inputs = { name: "a", code: secret("1234") };
    const error = await create(inputs).then(
      () => undefined,
      (reason: grpc.ServiceError) => reason,
    );
    expect(error?.details).to.equal("it broke");
    const [status] = error?.metadata.get("grpc-status-details-bin") ?? [];
    const [detail] = Status.deserializeBinary(new Uint8Array(status as Buffer)).getDetailsList();
    const incomplete = rpc.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    expect(incomplete.getId()).to.equal("a");
    expect(incomplete.getProperties()?.toJavaScript()).to.deep.equal({ ...inputs, serial: secret("0815") });
  });

  it("reports settings that it doesn't have", async () => {
    const request = new rpc.CheckRequest().setNews(struct({ owner: "me", version: "1.2.3", colour: "red" }));
    const checked = await ask<rpc.CheckResponse>((done) => client.checkConfig(request, done));
    expect(checked.getFailuresList().map((failure) => failure.getProperty())).to.deep.equal(["colour"]);
  });

  it("answers functions, deletes, and reads nothing of what is gone", async () => {
    shelf.toys.set("a", { name: "a" });
    const token = new rpc.InvokeRequest().setTok("toys:index/count:count");
    const count = await ask<rpc.InvokeResponse>((done) => client.invoke(token, done));
    expect(count.getReturn()?.toJavaScript()).to.deep.equal({ count: 1 });
    await ask<Empty>((done) => client.delete(new rpc.DeleteRequest().setUrn(toyUrn).setId("a"), done));
    const read = await ask<rpc.ReadResponse>((done) =>
      client.read(new rpc.ReadRequest().setUrn(toyUrn).setId("a"), done),
    );
    expect(read.getId()).to.equal("");
  });
});

describe("the plugin programs", () => {
  const versions = { aws: "@pulumi/aws/package.json", random: "@pulumi/random/package.json" };
  for (const [name, manifest] of Object.entries(versions)) {
    it(`pulumi-resource-${name} starts anywhere, prints its port alone and says its version`, async () => {
      const program = join(__dirname, "../../provider/bin", `pulumi-resource-${name}`);
      const plugin = spawn(program, ["127.0.0.1:1"], { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
      try {
        const [output] = (await once(plugin.stdout, "data")) as [Buffer];
        expect(output.toString()).to.match(/^\d+\n$/);
        const address = `127.0.0.1:${output.toString().trim()}`;
        const client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
        const info = await ask<PluginInfo>((done) => client.getPluginInfo(new Empty(), done));
        const { version } = JSON.parse(readFileSync(require.resolve(manifest), "utf8")) as { version: string };
        expect(info.getVersion()).to.equal(version);
        client.close();
      } finally {
        plugin.kill();
      }
    });
  }
});
