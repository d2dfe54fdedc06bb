import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { known } from "./mistakes";

const load = createRequire(__filename) as (file: string) => unknown;

// The tables say what they know as they are loaded.
readdirSync(__dirname)
  .filter((file) => file.endsWith(".test.ts") && file !== "count.test.ts")
  .forEach((file) => load(join(__dirname, file)));

describe("Preflight", () => {
  it(`knows ${known.size} findings, which the tables beside this file provoke, each with its remedy`, () => {
    expect(known.size).to.be.at.least(60);
  });
});
