import { itRefuses } from "./problems";

describe("A configuration of VPC endpoints with a mistake", () => {
  itRefuses([
    ["services without endpoints", { endpointsExtraServices: "sts" }, /endpointsExtraServices: has no effect without/],
    [
      "an unknown service",
      { endpointsEnabled: true, endpointsExtraServices: "s4" },
      /endpointsExtraServices: found "s4"/,
    ],
    [
      "an endpoint elsewhere for an unknown service",
      { endpointsElsewhere: "kms,s4" },
      /endpointsElsewhere: found "kms,s4", .*; allowed: .*names among s3, ecr\.api/,
    ],
    [
      "an account that endpoints trust by name",
      { endpointsEnabled: true, endpointsTrustedAccountIds: "build" },
      /endpointsTrustedAccountIds: found "build", .*; allowed: .*12 digits/,
    ],
    [
      "an endpoint to make that is elsewhere",
      { endpointsEnabled: true, endpointsExtraServices: "sts,sns", endpointsElsewhere: "sns" },
      /^endpointsExtraServices: found sns, which endpointsElsewhere names too/,
    ],
    [
      "trust in the installation's own account",
      { accountId: "111122223333", endpointsEnabled: true, endpointsTrustedAccountIds: "111122223333" },
      /^endpointsTrustedAccountIds: found 111122223333, the installation's own account/,
    ],
  ]);
});
