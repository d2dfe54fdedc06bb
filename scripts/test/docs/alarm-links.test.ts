import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { textsOfCalls } from "@selfhosted/common/testing";
import { expect } from "chai";
import { anchor } from "../../docs/settings-page";
import { repository } from "../../repository";
import { application, infrastructure } from "../support/all-layers";

/** As long a URL as the setting takes. */
const longestUrl = `https://git.example.com/${"a".repeat(376)}`;

async function callsOfAllLayers(runbooksUrl?: string): Promise<string[]> {
  const data = await infrastructure("aws", { runbooksUrl });
  return [data, await application("aws", data)].flatMap(textsOfCalls);
}

function linkIn(text: string): string {
  return /What to do: (\S+)$/.exec(text)?.[1] ?? "";
}

/** The anchors of a page; none where there is no such page. */
function anchorsOf(page: string): string[] {
  const file = join(repository, page);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchor(heading));
}

describe("The link of each alarm and notice", function () {
  this.timeout(60_000);

  it("leads to a heading of a runbook", async () => {
    const links = [...new Set((await callsOfAllLayers()).map(linkIn))];
    expect(links).to.have.length.greaterThan(10);
    const broken = links.filter((link) => {
      const [page = "", heading = ""] = link.split("#");
      return !anchorsOf(page).includes(heading);
    });
    expect(broken).to.deep.equal([]);
  });

  it("is a URL where the runbooks have one, and the text is then no longer than CloudWatch takes", async () => {
    expect(longestUrl).to.have.length(400);
    for (const text of await callsOfAllLayers(longestUrl)) {
      expect(linkIn(text)).to.match(new RegExp(`^${longestUrl}/[a-z]+\\.md#[a-z0-9-]+$`));
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
      expect(text.length, text).to.be.at.most(1024);
    }
  });
});
