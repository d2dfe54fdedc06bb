import type { IAM } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { checkRoleInState, makeRoleIfMissing, waitForOpenSearch } from "../../preflight/search-role";

describe("the account's role for OpenSearch", () => {
  /** IAM that lists a new role only when it is asked for the so many-th time after it was made. */
  const account = (answersUntilListed = 1): { iam: IAM; made: string[] } => {
    const made: string[] = [];
    let answers = 0;
    const fake = {
      listRoles: ({ PathPrefix = "" }) => {
        const isListed = made.includes(PathPrefix) && ++answers >= answersUntilListed;
        return Promise.resolve({ Roles: isListed ? [{ Path: PathPrefix }] : [] });
      },
      createServiceLinkedRole: ({ AWSServiceName = "" }) => {
        made.push(`/aws-service-role/${AWSServiceName}/`);
        return Promise.resolve({});
      },
    };
    return { iam: fake as unknown as IAM, made };
  };
  const patience = (): { waited: number[]; said: string[] } & Parameters<typeof waitForOpenSearch>[0] => {
    const [waited, said]: [number[], string[]] = [[], []];
    return { waited, said, pause: (time) => Promise.resolve(waited.push(time)), say: (line) => void said.push(line) };
  };

  it("is made by a deployment where it is missing, and only there", async () => {
    const { iam, made } = account();
    expect(await makeRoleIfMissing({ iam }, patience())).to.equal(true);
    expect(await makeRoleIfMissing({ iam }, patience())).to.equal(false);
    expect(made).to.deep.equal(["/aws-service-role/opensearchservice.amazonaws.com/"]);
  });

  it("is waited for until IAM lists it, as the layer refuses without it, but not longer than a minute", async () => {
    const late = patience();
    expect(await makeRoleIfMissing({ iam: account(3).iam }, late)).to.equal(true);
    expect(late.waited).to.deep.equal([2_000, 2_000]);
    const never = patience();
    const failure = await makeRoleIfMissing({ iam: account(Infinity).iam }, never).catch(String);
    expect(failure).to.match(/doesn't list AWSServiceRoleForAmazonOpenSearchService .*Run `make deploy` again/);
    expect(never.waited.reduce((sum, time) => sum + time)).to.equal(60_000);
  });

  it("gets five minutes to become known, with a sign of life every 30 seconds", async () => {
    const { waited, said, ...rest } = patience();
    await waitForOpenSearch(rest);
    expect(waited).to.deep.equal(Array(10).fill(30_000));
    expect(said.slice(1)).to.have.length(10).and.include("  270 seconds left");
  });

  it("is taken out of the state of an old stack before an update tries to delete it", () => {
    const urn = "urn:pulumi:prod::selfhosted-infrastructure::infrastructure:Search$aws:iam/serviceLinkedRole::role";
    const role = { urn, type: "aws:iam/serviceLinkedRole:ServiceLinkedRole" };
    const domain = { urn: "urn:domain", type: "aws:opensearch/domain:Domain" };
    expect(checkRoleInState([domain], "prod")).to.deep.equal([]);
    expect(checkRoleInState([role, domain], "prod")[0]).to.include({
      verdict: "fail",
      fix: `in infrastructure/: pulumi state delete '${urn}' --stack prod`,
    });
    // Pulumi deletes nothing from the state that something depends on.
    const [needed] = checkRoleInState([role, { ...domain, dependencies: [urn] }], "prod");
    expect(needed?.verdict).to.equal("warn");
    expect(needed?.fix).to.match(/^run the update.*; then in infrastructure\/: pulumi state delete/);
  });
});
