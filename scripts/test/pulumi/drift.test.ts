import { expect } from "chai";
import { driftedIn, findDrift } from "../../pulumi/drift";
import { scriptedPulumi } from "../support/scripted-account";

const urn = (type: string, name: string) =>
  `urn:pulumi:prod::selfhosted-application::selfhosted:application:Cluster$${type}::${name}`;
const update = { kind: "update", inputDiff: true };

describe("drift", () => {
  it("is each resource that a refresh would change, with the paths of its properties, or forget", () => {
    const steps = [
      { op: "refresh", urn: urn("aws:ecs/cluster:Cluster", "same") },
      {
        op: "update",
        urn: urn("aws:cloudwatch/logGroup:LogGroup", "logs"),
        detailedDiff: { retentionInDays: update, "tags.team": update },
        diffReasons: ["retentionInDays", "tags"],
      },
      { op: "delete", urn: urn("aws:sns/topic:Topic", "topic") },
    ];
    expect(driftedIn("application", { steps, changeSummary: { same: 1, update: 1, delete: 1 } })).to.deep.equal([
      {
        layer: "application",
        name: "logs",
        type: "aws:cloudwatch/logGroup:LogGroup",
        properties: ["retentionInDays", "tags.team"],
        gone: false,
      },
      { layer: "application", name: "topic", type: "aws:sns/topic:Topic", properties: [], gone: true },
    ]);
  });

  it("counts what Pulumi only counts, rather than say that there is none", () => {
    const steps = [{ op: "refresh", urn: urn("pulumi-nodejs:dynamic:Resource", "run") }];
    expect(driftedIn("application", { steps, changeSummary: { update: 1 } })).to.deep.equal([
      { layer: "application", name: "", type: "", properties: [], gone: false },
    ]);
  });

  it("is none where a refresh changes nothing", () => {
    expect(driftedIn("dns", { steps: [], changeSummary: { same: 3 } })).to.deep.equal([]);
  });

  it("is an error where Pulumi could not look", async () => {
    const restore = scriptedPulumi(`echo "error: no credentials" >&2; exit 255`);
    try {
      const message = await findDrift("dns", "prod").then(
        () => "none",
        (error: Error) => error.message,
      );
      expect(message).to.match(/pulumi refresh --preview-only .*failed in dns\/:\nerror: no credentials/);
    } finally {
      restore();
    }
  });
});
