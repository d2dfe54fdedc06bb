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
import { handlers } from "../../plugins/plugin";
import type { Definition } from "../../plugins/provider";
import { type Shelf, toys, toyUrn } from "./toys";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: JavaScriptValue) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const struct = (properties: Record<string, JavaScriptValue>) => Struct.fromJavaScript(properties);

type Callback<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** The answer to one call of the protocol. */
function ask<Response>(call: (callback: Callback<Response>) => unknown): Promise<Response> {
  return new Promise((done, fail) => call((error, response) => (error ? fail(error) : done(response))));
}

async function serving<T>(
  definition: Definition<Shelf>,
  use: (client: ResourceProviderClient) => Promise<T>,
): Promise<T> {
  const server = new grpc.Server();
  server.addService(ResourceProviderService, handlers(definition));
  const credentials = grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((done, fail) =>
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? fail(error) : done(bound))),
  );
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  try {
    return await use(client);
  } finally {
    client.close();
    server.forceShutdown();
  }
}

describe("the plugin protocol", () => {
  let shelf: Shelf;
  const configured = <T>(use: (client: ResourceProviderClient) => Promise<T>) =>
    serving(toys(shelf), async (client) => {
      const settings = struct({ owner: "me", rooms: "[1]" });
      await ask<rpc.ConfigureResponse>((done) =>
        client.configure(new rpc.ConfigureRequest().setArgs(settings).setAcceptsecrets(true), done),
      );
      return use(client);
    });

  beforeEach(() => (shelf = { toys: new Map() }));

  it("brings secrets back as secrets, unchanged by the way", () =>
    configured(async (client) => {
      const request = new rpc.CheckRequest().setUrn(toyUrn).setNews(struct({ name: "a", code: secret("1234") }));
      const inputs = (await ask<rpc.CheckResponse>((done) => client.check(request, done))).getInputs();
      expect(inputs?.toJavaScript()).to.deep.equal({ name: "a", size: 1, code: secret("1234") });

      const create = new rpc.CreateRequest().setUrn(toyUrn).setProperties(inputs);
      const outputs = (await ask<rpc.CreateResponse>((done) => client.create(create, done)))
        .getProperties()
        ?.toJavaScript();
      expect(outputs).to.deep.equal({ name: "a", size: 1, code: secret("1234"), serial: secret("0815") });
      expect(shelf.toys.get("a")).to.include({ code: "1234" });
    }));

  it("previews with values that aren't known yet, and without the outputs that only creation returns", () =>
    configured(async (client) => {
      const inputs = struct({ name: "a", size: unknown });
      const check = await ask<rpc.CheckResponse>((done) =>
        client.check(new rpc.CheckRequest().setUrn(toyUrn).setNews(inputs), done),
      );
      expect(check.getFailuresList()).to.deep.equal([]);
      expect(check.getInputs()?.toJavaScript()).to.deep.equal({ name: "a", size: unknown });
      const create = new rpc.CreateRequest().setUrn(toyUrn).setProperties(inputs).setPreview(true);
      expect(
        (await ask<rpc.CreateResponse>((done) => client.create(create, done))).getProperties()?.toJavaScript(),
      ).to.deep.equal({
        name: "a",
        size: unknown,
      });
      expect(shelf.toys.size).to.equal(0);

      const update = new rpc.UpdateRequest().setUrn(toyUrn).setId("a").setPreview(true).setNews(inputs);
      update
        .setOlds(struct({ name: "a", size: 1, code: "1", serial: "0815" }))
        .setOldInputs(struct({ name: "a", size: 1, code: "1" }));
      const planned = (await ask<rpc.UpdateResponse>((done) => client.update(update, done)))
        .getProperties()
        ?.toJavaScript();
      expect(planned).to.deep.equal({ name: "a", size: unknown, serial: secret("0815") });
    }));

  it("says what a change does", () =>
    configured(async (client) => {
      const diff = async (olds: Record<string, JavaScriptValue>, news: Record<string, JavaScriptValue>) => {
        const request = new rpc.DiffRequest()
          .setUrn(toyUrn)
          .setId("a")
          .setOlds(struct({ serial: "0815", ...olds }));
        return ask<rpc.DiffResponse>((done) =>
          client.diff(request.setOldInputs(struct(olds)).setNews(struct(news)), done),
        );
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
    }));

  it("hands over a resource that was made but isn't complete", () =>
    configured(async (client) => {
      shelf.breaks = true;
      const create = new rpc.CreateRequest().setUrn(toyUrn).setProperties(struct({ name: "a", code: secret("1234") }));
      const error = await ask<rpc.CreateResponse>((done) => client.create(create, done)).then(
        () => undefined,
        (reason: grpc.ServiceError) => reason,
      );
      expect(error?.details).to.equal("it broke");
      const [status] = error?.metadata.get("grpc-status-details-bin") ?? [];
      const [detail] = Status.deserializeBinary(new Uint8Array(status as Buffer)).getDetailsList();
      const incomplete = rpc.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
      expect(incomplete.getId()).to.equal("a");
      expect(incomplete.getProperties()?.toJavaScript()).to.deep.equal({
        name: "a",
        code: secret("1234"),
        serial: secret("0815"),
      });
    }));

  it("reports settings that it doesn't have, and calls before it is configured", async () => {
    await serving(toys(shelf), async (client) => {
      const request = new rpc.CheckRequest().setNews(struct({ owner: "me", version: "1.2.3", colour: "red" }));
      const failures = (await ask<rpc.CheckResponse>((done) => client.checkConfig(request, done))).getFailuresList();
      expect(failures.map((failure) => failure.getProperty())).to.deep.equal(["colour"]);
      const early = await ask<rpc.CheckResponse>((done) =>
        client.check(new rpc.CheckRequest().setUrn(toyUrn), done),
      ).then(String, String);
      expect(early).to.match(/isn't configured/);
    });
  });

  it("answers functions, deletes, and reads nothing of what is gone", () =>
    configured(async (client) => {
      shelf.toys.set("a", { name: "a" });
      const count = await ask<rpc.InvokeResponse>((done) =>
        client.invoke(new rpc.InvokeRequest().setTok("toys:index/count:count"), done),
      );
      expect(count.getReturn()?.toJavaScript()).to.deep.equal({ count: 1 });
      await ask<Empty>((done) => client.delete(new rpc.DeleteRequest().setUrn(toyUrn).setId("a"), done));
      const read = await ask<rpc.ReadResponse>((done) =>
        client.read(new rpc.ReadRequest().setUrn(toyUrn).setId("a"), done),
      );
      expect(read.getId()).to.equal("");
    }));
});

describe("the plugin programs", () => {
  const versions = { aws: "@pulumi/aws/package.json", random: "@pulumi/random/package.json" };
  for (const [name, manifest] of Object.entries(versions)) {
    it(`pulumi-resource-${name} starts anywhere, prints its port alone and says its version`, async () => {
      const program = join(__dirname, "../../plugins/bin", `pulumi-resource-${name}`);
      const plugin = spawn(program, ["127.0.0.1:1"], { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
      try {
        const [output] = (await once(plugin.stdout, "data")) as [Buffer];
        expect(output.toString()).to.match(/^\d+\n$/);
        const client = new ResourceProviderClient(
          `127.0.0.1:${output.toString().trim()}`,
          grpc.credentials.createInsecure(),
        );
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
