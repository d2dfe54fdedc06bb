import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { foundConfig, throwIfInvalid } from "../../config";
import { UserError } from "../../program";
import { licenceOfTests } from "../../testing";
import { parse, problemsOf } from "./settings";

describe("reading a configuration", () => {
  it("gives typed values, defaults, and undefined for what is optional", () => {
    const { config, problems } = parse({ memory: "2048", tags: '{"team":"infra"}', cidrs: "10.0.0.0/8, fd00::/8" });
    expect(problems).to.deep.equal([]);
    expect(config["aws:region"]).to.equal("eu-central-1");
    expect([config.memory, config.internal, config.level, config.capacity]).to.deep.equal([
      2048,
      false,
      "small",
      undefined,
    ]);
    expect([config.tags, config.cidrs]).to.deep.equal([{ team: "infra" }, ["10.0.0.0/8", "fd00::/8"]]);
    expect(parse({}).config.cidrs).to.deep.equal(["0.0.0.0/0"]);
  });

  it("fills in defaults that follow the size, where that is known", () => {
    expect(parse({}, undefined, "large").config.instances).to.equal(3);
    expect(parse({ instances: "7" }, undefined, "large").config.instances).to.equal(7);
    expect(() => parse({}).config.instances).to.throw("instances isn't known");
    expect(problemsOf({})).to.deep.equal([]);
  });

  it("keeps secrets secret", async () => {
    const { config } = parse({ extraSecrets: '{"TOKEN":"t"}' });
    expect(await pulumi.isSecret(config.licenseKey)).to.equal(true);
    expect(await pulumi.isSecret(config.extraSecrets["TOKEN"])).to.equal(true);
  });

  it("knows what is set, before defaults", () => {
    const { raw } = parse({ memory: "1024" });
    expect([raw.has("memory"), raw.has("instances"), raw.has("aws:region")]).to.deep.equal([true, false, true]);
    expect(raw.text("licenseKey")).to.equal(licenceOfTests);
  });
});

describe("the configuration of the running stack", () => {
  const key = (name: string): string => `${pulumi.getProject()}:${name}`;

  it("is what Pulumi hands over, by full key", () => {
    pulumi.runtime.setAllConfig({ [key("vpcId")]: "vpc-0a", [key("licenseKey")]: "x" }, [key("licenseKey")]);
    expect(foundConfig()).to.deep.equal({
      [key("vpcId")]: { text: "vpc-0a", encrypted: false },
      [key("licenseKey")]: { text: "x", encrypted: true },
    });
  });

  it("is refused with all its problems at once, each with what to type", async () => {
    const error = await throwIfInvalid(problemsOf({ vpcId: "vpc", internal: "yes" })).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(UserError);
    expect((error as Error).message.split("\n").slice(1)).to.deep.equal([
      '  vpcId: found "vpc"; allowed: the id of a VPC',
      '  internal: found "yes"; allowed: true or false',
      "    fix: pulumi config set internal true",
    ]);
    expect((error as Error).message).to.match(/^The configuration of .*, stack .*, has 2 problems:\n/);
  });

  it("is not refused for a warning", async () => {
    await throwIfInvalid([{ key: "vpcId", reason: "old", severity: "warning" }]);
  });
});
