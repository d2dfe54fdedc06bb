import { expect } from "chai";
import { details, type Figures, floor, median, type Report, summary } from "../../bench/figures";

const none = { commands: 0, pulumi: 0, "language host": 0, program: 0, "dynamic provider": 0, providers: 0 };

/** Two CPU seconds for each second, one of them the program's; and a provider, which isn't counted. */
const figures = (...seconds: number[]): Figures => ({
  times: seconds.map((each) => ({
    seconds: each,
    cpuSeconds: { ...none, commands: each, program: each, providers: 100 },
  })),
  memoryMiB: { ...none, program: 60, pulumi: 40, providers: 500 },
});

const report = (engines: Report["engines"]): Report => ({ date: "2030-01-02", machine: "m", runs: 3, engines });

describe("figures of the bench", () => {
  it("are medians", () => {
    expect(median([3, 100, 1])).to.equal(3);
    expect(median([4, 1, 2, 100])).to.equal(3);
    expect(median([7])).to.equal(7);
  });

  it("are compared with the empty program of the same engine", () => {
    const steps = { [floor]: figures(2, 9, 1), "make deploy": figures(5, 4, 90) };
    expect(summary(report({ engine: steps, other: { [floor]: figures(4) } })).split("\n")).to.deep.equal([
      "| engine                               | seconds | × empty | CPU seconds | program's |  MiB |",
      "| ------------------------------------ | ------: | ------: | ----------: | --------: | ---: |",
      "| `pulumi preview` of an empty program |     2.0 |     1.0 |         4.0 |      2.00 |  100 |",
      "| make deploy                          |     5.0 |     2.5 |        10.0 |      5.00 |  100 |",
      "",
      "| other                                | seconds | × empty | CPU seconds | program's |  MiB |",
      "| ------------------------------------ | ------: | ------: | ----------: | --------: | ---: |",
      "| `pulumi preview` of an empty program |     4.0 |     1.0 |         8.0 |      4.00 |  100 |",
    ]);
  });

  it("show those of an earlier run beside them, each compared with its own empty program", () => {
    const before = report({ engine: { [floor]: figures(4), "make deploy": figures(20) } });
    const now = { [floor]: figures(2), "make deploy": figures(5), "make verify": figures(1) };
    const lines = summary(report({ engine: now, other: now }), before).split("\n");
    const cells = (line = ""): string[] => line.split("|").map((cell) => cell.trim());
    expect(cells(lines[3]).slice(1, 4)).to.deep.equal(["make deploy", "20.0 → 5.0", "5.0 → 2.5"]);
    // What wasn't measured then.
    expect(cells(lines[4]).slice(1, 4)).to.deep.equal(["make verify", "1.0", "0.5"]);
    expect(cells(lines[9]).slice(1, 4)).to.deep.equal(["make deploy", "5.0", "2.5"]);
  });

  it("have their details by what the processes do, providers included", () => {
    const line =
      details({ "make deploy": figures(2, 3, 1) })
        .split("\n")
        .at(-1) ?? "";
    const cells = line.split("|").map((cell) => cell.trim());
    expect(cells.slice(2, -1)).to.deep.equal([
      ...["2.00 s, 0", "0.00 s, 40", "0.00 s, 0", "2.00 s, 60", "0.00 s, 0", "100.00 s, 500"],
    ]);
  });
});
