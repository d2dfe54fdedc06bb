import { expect } from "chai";
import { settings as application } from "../../../application/exports";
import { settings as dns } from "../../../dns/exports";
import { settings as infrastructure } from "../../../infrastructure/exports";
import { controls } from "../../controls/controls";
import { recorded } from "../../controls/recorded";
import type { Resource } from "../../controls/resources";
import { counts, type Row, verdicts } from "../../controls/verdicts";
import { options } from "./options";
import { planted, withFault } from "./planted";

const settings = { infrastructure, application, dns };

describe("the controls of AWS's security standard", function () {
  this.timeout(60_000);
  let byDefault: Row[];
  let resources: Resource[];
  let withOptions: Row[];

  const ids = (rows: Row[], verdict: Row["verdict"]): string[] =>
    rows.filter((row) => row.verdict === verdict).map(({ id }) => id);
  const violated = (all: Resource[], wanted: string): Row["violations"] =>
    verdicts(all).find(({ id }) => id === wanted)?.violations ?? [];

  before(async () => {
    byDefault = verdicts(await recorded());
    resources = await recorded(options);
    withOptions = verdicts(resources);
  });

  it("hold by default, 49 of 49, where the installation makes what they are about", () => {
    expect(byDefault.filter((row) => row.verdict === "violated")).to.deep.equal([]);
    const own = byDefault.filter((row) => row.byDefault);
    expect(own).to.have.length(49);
    const notApplicable = ["ELB.4", "EC2.55/56/57", "ACM.1", "ECR.1/2/3", "Opensearch.1/2/3/5/7"];
    expect(ids(own, "not applicable")).to.deep.equal(notApplicable);
    expect(ids(own, "met")).to.have.length(49 - notApplicable.length);
  });

  it("hold by a setting, or a command, where they cost money or ask something of others: 13 of 13", () => {
    const own = withOptions.filter((row) => !row.byDefault);
    expect(own).to.have.length(13);
    // There are commands for what no resource says.
    expect(ids(own, "by option")).to.deep.equal(["SecretsManager.1/4"]);
    expect(ids(own, "met")).to.have.length(12);
  });

  it("hold beside all of these settings too, also those that are about nothing by default", () => {
    const own = withOptions.filter((row) => row.byDefault);
    expect(ids(own, "violated")).to.deep.equal([]);
    expect(ids(own, "not applicable")).to.deep.equal(["ELB.4", "ECR.1/2/3"]);
  });

  it("name settings that there are", () => {
    for (const { id, option } of controls) {
      if (option && "settings" in option) {
        const { config, secrets } = options[option.layer];
        expect(Object.keys(settings[option.layer]), id).to.include.members([...option.settings]);
        expect(Object.keys({ ...config, ...secrets }), id).to.include.members([...option.settings]);
      }
    }
  });

  it("are each found broken, by the resource, where they are", () => {
    for (const fault of planted.filter(({ id }) => id !== "SecretsManager.1/4")) {
      const { resources: all, faulty } = withFault(fault, resources);
      const found = violated(all, fault.id);
      expect(found, `${fault.id}: ${fault.type}`).to.not.have.length(0);
      const isSubject =
        faulty && controls.find(({ id }) => id === fault.id)?.looks.some(({ type }) => type === faulty.type);
      // Of what is missing, or says it of another, that one is named.
      if (isSubject) {
        expect(
          found.map(({ resource }) => resource),
          fault.id,
        ).to.include(faulty.name);
      }
    }
    expect(new Set(planted.map(({ id }) => id))).to.have.keys(controls.map(({ id }) => id));
  });

  it("are counted", () => {
    expect(counts(byDefault)).to.deep.equal([
      "49 controls by default: 44 met, 5 not applicable, 0 violated",
      "13 controls by option: 1 met, 11 not chosen, 1 not applicable",
    ]);
  });
});
