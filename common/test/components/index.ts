import * as pulumi from "@pulumi/pulumi";
import { awsClients, callerLocation, contextOf, infrastructureContract, program } from "../..";
import { AccessGroup, EncryptedLogGroup, jsonSecret, ServiceRole } from "../../components";
import { exampleOutput } from "../../testing";

/** A program that makes one of each component. */
export = program(async () => {
  const region = "eu-central-1";
  const installation = {
    ...exampleOutput(infrastructureContract, "installation"),
    permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/boundary",
  };
  const location = await callerLocation(awsClients({ region }), region);
  const context = contextOf("infrastructure", { installation, stack: pulumi.getStack(), location });
  const { name } = context;
  const keyArn = exampleOutput(infrastructureContract, "dataKeyArn");

  new ServiceRole(name("task"), { context, name: "task", services: "ecs-tasks", ownAccountOnly: true }, {});
  new ServiceRole(
    name("copy"),
    { context, name: "copy", services: ["s3", "batchoperations.s3"], ownAccountOnly: false },
    {},
  );
  new EncryptedLogGroup(name("api"), { retentionDays: 30, keyArn }, {});
  new EncryptedLogGroup(name("slow-queries"), { name: "/aws/rds/slowquery", retentionDays: 365, keyArn }, {});
  new AccessGroup(name("access"), { target: "the database", vpcId: "vpc-1" }, {});
  const values = { username: "pulumi", password: pulumi.secret("hunter2") };
  const { arn, versionId } = jsonSecret(name("login"), { values, keyArn, recoveryDays: 7, protect: true }, {});
  return { arn, versionId };
});
