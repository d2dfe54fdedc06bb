import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { lookUp, problems } from "../installation";

describe("the bare domain", () => {
  const config = { bareDomain: true };

  it("is covered by the certificate of the load balancers", async () => {
    expect(await problems({ config })).to.deep.equal([]);
    const aws = { "acm:DescribeCertificate": () => ({ Certificate: { DomainName: "*.pulumi.example.com" } }) };
    expect((await problems({ config, aws })).join()).to.match(
      /^error bareDomain: found true, but the certificate .* doesn't cover pulumi\.example\.com → .*config set bareDomain false$/,
    );
    expect(await problems({ aws })).to.deep.equal([]);
  });

  it("isn't checked where the caller isn't allowed to read the certificate: the program doesn't need it", async () => {
    const aws = {
      "acm:DescribeCertificate": () => {
        throw awsError("AccessDeniedException", "not authorized to perform: acm:DescribeCertificate");
      },
    };
    expect(await problems({ config, aws })).to.deep.equal([]);
    expect((await lookUp({ config, aws })).checks.flatMap(({ skipped }) => skipped ?? []).join()).to.match(
      /can't be read/,
    );
  });
});
