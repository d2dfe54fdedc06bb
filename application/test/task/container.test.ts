import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { deploy, logRouter } from "../fixtures";
import { container, containers, taskDefinition } from "../task-definitions";

describe("containers", () => {
  it("have two minutes to finish", async () => {
    const outcome = await deploy();
    for (const task of ["api", "console", "migration"] as const) {
      expect(container(outcome, task).stopTimeout).to.equal(120);
    }
  });

  it("are opened to shells only when asked, those of services", async () => {
    const closed = await deploy();
    expect(taskDefinition(closed, "console").taskRoleArn).to.equal(undefined);

    const open = await deploy({ config: { execEnabled: true } });
    for (const { inputs } of open.ofType(aws.ecs.Service)) {
      expect(inputs.enableExecuteCommand).to.equal(true);
    }
    expect(taskDefinition(open, "console").taskRoleArn).to.be.a("string");
    expect(container(open, "api").linuxParameters).to.deep.equal({ initProcessEnabled: true });
    expect(container(open, "migration").linuxParameters).to.equal(undefined);
  });

  it("run read-only, as a given user, on a given processor, where asked", async () => {
    const plain = await deploy();
    expect(taskDefinition(plain, "api").runtimePlatform?.cpuArchitecture).to.equal("X86_64");
    const { readonlyRootFilesystem, linuxParameters, user } = container(plain, "api");
    expect([readonlyRootFilesystem, linuxParameters, user]).to.deep.equal([undefined, undefined, undefined]);

    const config = { readOnlyRootFilesystem: true, apiUser: "1000:1000", cpuArchitecture: "ARM64" };
    const hardened = await deploy({ config });
    expect(taskDefinition(hardened, "api").runtimePlatform?.cpuArchitecture).to.equal("ARM64");
    expect(container(hardened, "api")).to.include({ user: "1000:1000", readonlyRootFilesystem: true });
  });

  it("can write to /tmp as any user where they run read-only, and Fluent Bit everywhere", async () => {
    const outcome = await deploy({ config: { readOnlyRootFilesystem: true, ...logRouter() } });
    for (const task of ["api", "console", "migration"] as const) {
      const { readonlyRootFilesystem, mountPoints, linuxParameters, memory = 0 } = container(outcome, task);
      expect(readonlyRootFilesystem).to.equal(true);
      expect(mountPoints).to.equal(undefined);
      const [scratch, ...others] = linuxParameters?.tmpfs ?? [];
      expect(others).to.deep.equal([]);
      expect(scratch?.containerPath).to.equal("/tmp");
      expect(scratch?.mountOptions).to.have.members(["rw", "nosuid", "nodev", "mode=1777"]);
      expect(scratch?.size).to.be.at.most(memory / 4);
    }
    expect(containers(outcome, "api")[1]?.readonlyRootFilesystem).to.equal(undefined);
  });
});
