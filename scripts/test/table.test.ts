import { expect } from "chai";
import { stacked, table } from "../table";

const headings = ["WHAT", "WHERE", "VERSION", "STATE"];
const rows = [
  [
    "console load balancer",
    `pulumi-prod-console-lb-${"0".repeat(16)}.elb.eu-central-1.amazonaws.com`,
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "active, 2/2 targets healthy",
  ],
  ["  writer", "pulumi-prod-database-instance-1 in eu-central-1a", "db.r6g.large", "available"],
];

describe("a table", () => {
  it("is as wide as its texts where there is no terminal", () => {
    const [first, , last] = table(headings, rows).split("\n");
    expect(first).to.match(/^WHAT {19}WHERE +VERSION +STATE$/);
    expect(last).to.match(/^ {2}writer +pulumi-prod-database-instance-1 in eu-central-1a +db\.r6g\.large +available$/);
  });

  for (const width of [200, 80, 60, 40, 12]) {
    it(`fits a terminal of ${width} columns, and loses nothing`, () => {
      const lines = table(headings, rows, width).split("\n");
      expect(Math.max(...lines.map(({ length }) => length))).to.be.at.most(width);
      const letters = (text: string): string => [...text.replace(/\s/g, "")].sort().join("");
      expect(letters(lines.join(""))).to.equal(letters([headings, ...rows].flat().join("")));
    });
  }

  it("breaks a text at spaces where it has some", () => {
    expect(table(["A", "B"], [["1", "one two three"]], 10).split("\n")).to.deep.equal([
      "A  B",
      "1  one two",
      "   three",
    ]);
  });

  it("takes the room from the widest column", () => {
    expect(table(["A", "B"], [["short", "0123456789"]], 12).split("\n")).to.deep.equal([
      "A      B",
      "short  01234",
      "       56789",
    ]);
  });
});

describe("rows in a terminal that is too narrow for a table", () => {
  const stack = (width: number): string[] =>
    stacked(
      [
        ["✓", "api", "2/2 running", "pulumi-prod-api:8", "20260105-317-signed"],
        ["", "release", "", "20260105-317-signed"],
      ],
      width,
    ).split("\n");

  it("have what doesn't fit beside them under them, whole", () => {
    expect(stack(45)).to.deep.equal([
      "✓ api      2/2 running",
      "    pulumi-prod-api:8  20260105-317-signed",
      "  release  20260105-317-signed",
    ]);
    expect(stack(30).slice(1, 3)).to.deep.equal(["    pulumi-prod-api:8", "    20260105-317-signed"]);
  });

  for (const width of [80, 45, 20, 10]) {
    it(`fit ${width} columns`, () =>
      expect(Math.max(...stack(width).map(({ length }) => length))).to.be.at.most(width));
  }
});
