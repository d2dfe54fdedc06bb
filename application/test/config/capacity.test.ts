import { expect } from "chai";
import { installation, read, refusals } from "../fixtures";
import { itRefuses } from "./refusals";

describe("settings of capacity", () => {
  itRefuses([
    [
      "a size that Fargate lacks",
      { config: { apiCpu: 1024, apiMemory: 16384 } },
      [
        /apiCpu: found apiCpu 1024 with apiMemory 16384 MiB, which Fargate doesn't have; the nearest that it has: (1024 with 8192|2048 with 16384) MiB/,
        /pulumi config set apiCpu (1024|2048) && pulumi config set apiMemory (8192|16384)/,
      ],
    ],
    [
      "a size of jobs that Fargate lacks",
      { config: { jobsEnabled: true, jobsCpu: 256, jobsMemory: 4096 } },
      [/jobsCpu: found/],
    ],
    [
      "more tasks at least than at most",
      { config: { consoleMinTasks: 5, consoleMaxTasks: 3 } },
      [/consoleMaxTasks: found 3; allowed: consoleMinTasks or more, which is 5, set here/],
    ],
    [
      "fewer tasks at most than its size keeps at least",
      { config: { apiMaxTasks: 1 } },
      [
        /apiMaxTasks: found 1; allowed: apiMinTasks or more, which is 2, by the installation's size/,
        /pulumi config set apiMaxTasks 2, or pulumi config set apiMinTasks 1/,
      ],
    ],
    [
      "fewer jobs tasks at most than at least",
      { config: { jobsEnabled: true, jobsMaxTasks: 1 } },
      [/jobsMaxTasks: found 1; allowed: jobsMinTasks or more, which is 2/],
    ],
    [
      "jobs' sizes without jobs",
      { config: { jobsCpu: 512, jobsMaxTasks: 3 } },
      [/jobsCpu: has no effect without jobsEnabled/, /jobsMaxTasks: has no effect without jobsEnabled/],
    ],
    [
      "scaling where nothing scales",
      { config: { scalingCpuPercent: 50, apiMaxTasks: 2, consoleMaxTasks: 2 } },
      [/scalingCpuPercent: has no effect: every service has as many tasks at most as at least/],
    ],
  ]);

  it("has no example for a fix, which would take the place of what was typed", () => {
    expect(refusals({ config: { apiCpu: 1, apiMemory: 2 } })).to.match(/apiCpu: [^]*apiMemory: /);
    expect(refusals({ config: { apiCpu: 1, apiMemory: 2 } })).not.to.match(/config set api/);
  });

  it("takes defaults by the installation's size, and what is typed before them", () => {
    const capacities = (["small", "medium", "large"] as const).map((size) => {
      const { config } = read({ config: { consoleCpu: 2048 }, above: installation({ size }) }).inputs;
      return [config.apiCpu, config.apiMemory, config.apiMinTasks, config.consoleCpu];
    });
    expect(capacities).to.deep.equal([
      [1024, 2048, 2, 2048],
      [2048, 4096, 2, 2048],
      [4096, 8192, 3, 2048],
    ]);
  });
});
