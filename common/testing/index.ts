export { compositeState, stateAfter, steady, type Series, type State } from "./alarm-evaluator";
export { testAlarms, testCalls, textsOfCalls, type Row } from "./alarm-rows";
export { accountId, arnOf, foreignNames, partitions, type Partition } from "./account";
export { chain, ecPair, expiredCertificate, issuer, licenceOfTests, rsaPair } from "./certificates";
export {
  awsError,
  fakeAws,
  fakeClients,
  healthyAccount,
  withFakeAws,
  type AwsAnswers,
  type CallAnswer,
} from "./fake-aws";
export { prefixListId, routeTables, subnetIds, subnets, vpcId } from "./fake-aws/ec2";
export { ecrFailure, ecrWithout } from "./fake-aws/containers";
export { keyArn, keyMetadata } from "./fake-aws/encryption";
export { clusterSnapshot, databaseCluster } from "./fake-aws/databases";
export { s3Error } from "./fake-aws/storage";
export { parseJson, policyIn, policyStatements, type Policy, type PolicyStatement } from "./documents";
export { exampleOutput, exampleOutputs } from "./example-outputs";
export { inventedFor, type Recorded } from "./recorder";
export { type Values } from "./values";
export { foundIn, layer, type LayerUnderTest, type Trial } from "./layer";
export { run, tokenOf, type InputsOf, type Outcome, type Program, type ResourceClass } from "./run";
