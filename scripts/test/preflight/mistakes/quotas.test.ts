import { mistakes } from "./mistakes";

mistakes("what an account has only so many of", [
  [
    "log resource policies",
    "infrastructure",
    { searchEnabled: true },
    "searchEnabled",
    /AWS takes 10/,
    {
      aws: {
        "logs:DescribeResourcePolicies": () => ({
          resourcePolicies: [..."abcdefghij"].map((policyName) => ({ policyName })),
        }),
      },
    },
  ],
  [
    "network load balancers",
    "application",
    {},
    "infrastructureStack",
    /2 network load balancers are needed/,
    {
      only: "fresh",
      fix: /--quota-code L-69A177A2 --desired-value 2$/,
      aws: { "elb:DescribeAccountLimits": () => ({ Limits: [{ Name: "network-load-balancers", Max: "1" }] }) },
    },
  ],
]);
