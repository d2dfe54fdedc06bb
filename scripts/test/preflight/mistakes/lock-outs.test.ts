import { rsaPair } from "@selfhosted/common/testing";
import { mistakes } from "./mistakes";

mistakes("lock-outs", [
  ["no way to sign in", "application", { emailLoginDisabled: true }, "emailLoginDisabled", /no other way to sign in/],
  [
    "no sign-up before there is an administrator",
    "application",
    { emailSignupDisabled: true },
    "emailSignupDisabled",
    /administrator/,
    { only: "fresh", firstDeployment: true, fix: /confirmAdministratorExists true/ },
  ],
  [
    "sign-in by SAML alone before there is somebody who could set it up",
    "application",
    { emailLoginDisabled: true, samlCertificate: rsaPair.certificate, samlPrivateKey: rsaPair.privateKey },
    "emailLoginDisabled",
    /SAML is set up by a user who is signed in/,
    { only: "fresh", firstDeployment: true, fix: /confirmAdministratorExists true/ },
  ],
  [
    "an allow list without the NAT gateways",
    "application",
    { allowedCidrBlocks: "203.0.113.0/24" },
    "allowedCidrBlocks",
    /lacks 198\.51\.100\.7/,
    {
      fix: /198\.51\.100\.7\/32/,
      aws: {
        "ec2:DescribeNatGateways": () => ({
          NatGateways: [{ NatGatewayId: "nat-1", NatGatewayAddresses: [{ PublicIp: "198.51.100.7" }] }],
        }),
      },
    },
  ],
  [
    "load balancers on the internet without a word on who may call",
    "application",
    { openToInternet: undefined },
    "allowedCidrBlocks",
    /first user to sign up becomes the administrator/,
    { fix: /openToInternet true/ },
  ],
  [
    "a console that can't reach the API",
    "application",
    { egressCidrBlocks: "10.0.0.0/8" },
    "egressCidrBlocks",
    /console couldn.t call the API/,
  ],
  [
    "load balancers that face the internet without public subnets",
    "application",
    {},
    "internal",
    /names no public subnets/,
    { others: { infrastructure: { publicSubnetIds: undefined } } },
  ],
]);
