import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { installPulumi } from "../../pulumi/install";

describe("the installation of the pulumi command", () => {
  let folder: string;
  let target: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "install-"));
    target = join(folder, "pulumi", "3.0.0");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A way that makes a command with this content. */
  const making =
    (content: string) =>
    async (draft: string): Promise<string> => {
      mkdirSync(join(draft, "made", "bin"), { recursive: true });
      writeFileSync(join(draft, "made", "bin", "pulumi"), content);
      return join(draft, "made");
    };
  const failing = (reason: string) => (): Promise<string> => Promise.reject(new Error(reason));
  const installed = (): string => readFileSync(join(target, "bin", "pulumi"), "utf8");

  it("takes the first way that works, and is done once", async () => {
    expect(await installPulumi(target, [failing("closed"), making("one")])).to.equal(join(target, "bin"));
    await installPulumi(target, [making("two")]);
    expect(installed()).to.equal("one");
    expect(readdirSync(join(folder, "pulumi"))).to.deep.equal(["3.0.0"]);
  });

  it("says why each way failed, and the three that there are; nothing is left", async () => {
    const refused = await installPulumi(target, [failing("host is closed"), failing("no Go")]).then(String, String);
    expect(refused)
      .to.include("host is closed; no Go")
      .and.match(/put `pulumi` on PATH .*; let this machine reach get\.pulumi\.com; put Go on PATH/);
    expect(readdirSync(join(folder, "pulumi"))).to.deep.equal([]);
  });

  it("leaves what another process has installed in the meantime", async () => {
    const overtaken = async (draft: string): Promise<string> => {
      mkdirSync(join(target, "bin"), { recursive: true });
      writeFileSync(join(target, "bin", "pulumi"), "the other's");
      return making("mine")(draft);
    };
    await installPulumi(target, [overtaken]);
    expect(installed()).to.equal("the other's");
  });

  it("isn't complete before its last step", async () => {
    const looking = async (draft: string): Promise<string> => {
      const made = await making("one")(draft);
      expect(existsSync(target)).to.equal(false);
      return made;
    };
    await installPulumi(target, [looking]);
    expect(installed()).to.equal("one");
  });
});
