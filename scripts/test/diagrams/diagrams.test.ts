import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { recorded } from "../../controls/recorded";
import { drawnFiles, graphs } from "../../diagrams/diagrams";
import type { Graph } from "../../diagrams/graph";
import { partOf } from "../../diagrams/kinds";
import { layerOf, Relations } from "../../diagrams/relations";
import { schemes } from "../../diagrams/style";
import { layers } from "../../layers";
import { repository } from "../../repository";
import { contrast } from "./contrast";

const folder = "scripts/diagrams";

describe("the pictures", () => {
  let resources: Recorded[];
  let files: Record<string, string>;
  let all: Record<string, Graph>;

  before(async () => {
    resources = await recorded();
    files = await drawnFiles(resources);
    all = graphs(resources);
  });

  it("are those of the resources that the layers make: otherwise, `make diagram`", () => {
    const committed = readdirSync(join(repository, folder)).filter((name) => name.endsWith(".svg"));
    expect(committed.map((name) => `${folder}/${name}`).sort()).to.deep.equal(Object.keys(files).sort());
    const stale = Object.keys(files).filter((path) => readFileSync(join(repository, path), "utf8") !== files[path]);
    expect(stale, "pictures of former resources; draw them by `make diagram`").to.deep.equal([]);
  });

  it("are drawn alike whatever the order in which resources were registered", async () => {
    expect(await drawnFiles([...resources].reverse())).to.deep.equal(files);
  });

  it("fit into a README, and are described to those who don't see them", () => {
    for (const [path, svg] of Object.entries(files)) {
      const [, width, height] = (/ width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number);
      expect(width, path).to.be.within(1, 880);
      expect(height, path).to.be.within(1, 700);
      expect(svg).to.match(/role="img" aria-labelledby="title description"/);
      expect(svg).to.match(/<title id="title">[^<]{10,}<\/title>\n<desc id="description">[^<]{50,}<\/desc>/);
      expect(svg).not.to.include("<!--");
    }
  });

  it("draw each node and each edge of their graph once", () => {
    for (const [name, { nodes, edges }] of Object.entries(all)) {
      const svg = files[`${folder}/${name}.svg`] ?? "";
      expect(svg.match(/class="edge"/g), name).to.have.length(edges.length);
      expect(svg.match(/class="title"/g), name).to.have.length(nodes.length);
    }
  });

  it("can be read on light and dark pages: each text has a contrast of 4.5 or more, each line of 3", () => {
    for (const [name, page] of [["light", "#ffffff"] as const, ["dark", "#0d1117"] as const]) {
      const { text, detail, arrow, paper, tints } = schemes[name];
      const grounds = Object.values(tints).map(({ ground }) => ground);
      for (const color of [text, detail]) {
        [page, paper, ...grounds].forEach((ground) => expect(contrast(color, ground)).to.be.at.least(4.5));
      }
      for (const { line, ground } of Object.values(tints)) {
        expect(contrast(line, ground)).to.be.at.least(4.5);
      }
      [page, ...grounds].forEach((ground) => expect(contrast(arrow, ground)).to.be.at.least(3));
    }
  });

  for (const layer of layers) {
    it(`show each resource of ${layer}/ once, by itself or with what it is a part of`, () => {
      const made = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
      const own = made.filter((resource) => layerOf(resource) === layer && partOf[resource.type] === undefined);
      const shown = all[layer]?.nodes.flatMap((node) => node.resources).filter((each) => layerOf(each) === layer);
      expect(shown?.map(({ urn }) => urn)).to.have.members(own.map(({ urn }) => urn));
    });
  }

  it("show nothing from far that no layer makes, but who uses it and what a customer brings", () => {
    const nodes = all["overview"]?.nodes ?? [];
    expect(nodes.filter((node) => node.resources.length === 0).map(({ title }) => title)).to.deep.equal([
      "Users",
      "What you bring",
    ]);
    expect(nodes.find(({ id }) => id === "yours")?.details).to.deep.equal([
      ...["VPC and subnets", "Certificate", "Hosted zone", "Images", "Service key"],
    ]);
  });

  it("say which file to change when a layer makes something of a new type", () => {
    const [first] = resources.filter(({ custom }) => custom);
    const added = { ...first, type: "aws:sqs/queue:Queue" } as Recorded;
    expect(() => new Relations([added])).to.throw(
      "scripts/diagrams/kinds.ts doesn't say how to draw aws:sqs/queue:Queue.",
    );
  });
});
