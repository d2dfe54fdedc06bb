import { expect } from "chai";
import { type AccountArgs, lookUp, withCluster } from "../../account";

describe("The look-up of the administrator's name", () => {
  it("refuses a word that MySQL reserves, and warns of names of its own", async () => {
    const found = (databaseUsername: string, more: AccountArgs = {}) =>
      lookUp({ ...more, config: { databaseUsername, ...more.config } });
    expect((await found("select")).errors).to.deep.equal([
      "databaseUsername: found select, a word that MySQL reserves, and AWS refuses | take another name, such as pulumi_admin",
    ]);
    for (const name of ["mysql", "user", "rdsrepladmin"]) {
      const { errors, warnings } = await found(name);
      expect(errors).to.deep.equal([]);
      expect(warnings.join()).to.match(
        /^databaseUsername: found \w+, a name of MySQL's or RDS's own, which AWS may refuse/,
      );
    }
    expect((await found("selected")).errors).to.deep.equal([]);
  });

  it("leaves one that a cluster or a snapshot has already", async () => {
    const config = { databaseUsername: "select" };
    expect((await lookUp({ config, aws: withCluster({ MasterUsername: "select" }) })).errors).to.deep.equal([]);
    const snapshot = { config: { ...config, databaseRestoreFromSnapshot: "before" } };
    expect((await lookUp(snapshot)).errors.join()).to.not.match(/reserves/);
  });
});
