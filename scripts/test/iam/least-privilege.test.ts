import { accountId, arnOf, type Partition, partitions, type Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { Installation, stranger } from "./key-use";
import { accessOf, anywhere, assumable, managed, targets } from "./role-access";
import { roleNeeds } from "./role-needs";

for (const partition of Object.keys(partitions) as Partition[]) {
  describe(`the roles in ${partition}`, function () {
    this.timeout(60_000);
    let installed: Installation;
    let roles: Record<string, Recorded>;

    const role = (name: string): Recorded => roles[name] ?? expect.fail(`there is no role ${name}`);
    const arn = (name: string): string => arnOf(role(name), partition);

    before(async () => {
      installed = await Installation.standard(partition);
      const all = [installed.data, installed.services].flatMap((layer) => layer.ofType("aws:iam/role:Role"));
      roles = Object.fromEntries(all.map((each) => [each.name.replace(/^pulumi-prod-/, ""), each]));
    });

    it("have a row each in the table of what they need", () => {
      expect(Object.keys(roles)).to.have.members(Object.keys(roleNeeds));
    });

    it("are tried on all that holds data, of the installation and of others", () => {
      const labels = targets(installed, partition).map(({ label }) => label);
      expect(labels).to.include.members(Object.values(roleNeeds).flatMap(({ data = {} }) => Object.keys(data)));
      expect(labels.filter((label) => label.endsWith(" of another"))).to.have.lengthOf(18);
    });

    for (const [name, { services, unguarded, data = {}, ...needs }] of Object.entries(roleNeeds)) {
      it(`${name}: may do what it needs, and nothing with other buckets, secrets, keys, logs, images and tables`, () => {
        const found = accessOf(arn(name), installed, targets(installed, partition));
        expect(Object.keys(found)).to.have.members(Object.keys(data));
        for (const [target, actions] of Object.entries(data)) {
          expect(found[target], target).to.have.members(actions);
        }
        expect(anywhere(arn(name), installed)).to.have.members(needs.anywhere ?? []);
        expect(managed(arn(name), installed)).to.deep.equal(needs.managed ?? []);
      });

      it(`${name}: is taken on by ${services.join(" and ")} ${unguarded ? `for any account, as ${unguarded}` : "for this account only"}`, () => {
        for (const service of services) {
          expect(assumable(role(name), service, accountId), service).to.equal(true);
          expect(assumable(role(name), service, stranger), service).to.equal(unguarded !== undefined);
        }
        for (const other of ["ec2.amazonaws.com", "lambda.amazonaws.com", `arn:${partition}:iam::${stranger}:root`]) {
          expect(assumable(role(name), other, accountId), other).to.equal(false);
        }
      });
    }
  });
}
