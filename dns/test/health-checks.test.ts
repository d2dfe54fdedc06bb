import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { dns } from "./installation";

describe("health checks", () => {
  it("call the API's status and the console from the internet, not the bare domain", async () => {
    const outcome = await dns.run({ config: { healthChecks: true, bareDomain: true } });
    const called = outcome
      .ofType(aws.route53.HealthCheck)
      .map(({ inputs: { type, fqdn, resourcePath } }) => `${type} ${fqdn} ${resourcePath}`);
    expect(called).to.deep.equal(["HTTPS api.pulumi.example.com /api/status", "HTTPS app.pulumi.example.com /"]);
    expect(outcome.outputs["healthCheckIds"]).to.have.length(2);
  });

  it("are off by default", async () => {
    expect((await dns.run()).ofType(aws.route53.HealthCheck)).to.deep.equal([]);
  });
});
