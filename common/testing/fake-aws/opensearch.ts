import { type AwsAnswers, awsError } from ".";

const types = ["t3.medium.search", "m6g.large.search", "m7g.large.search", "r6g.large.search"];

/** Versions of OpenSearch 2 that AWS has. */
const versions = [3, 5, 7, 9, 11, 13, 15, 17, 19].map((minor) => `OpenSearch_2.${minor}`);

function refuseUnknown(version: unknown): void {
  if (!versions.includes(String(version))) {
    throw awsError("ValidationException", `Invalid engine version: ${String(version)}`);
  }
}

/** No domain yet; the types of a large region, for data and masters, each in every zone. */
export function opensearch(): AwsAnswers {
  return {
    "search:DescribeDomain": ({ DomainName }) => {
      throw awsError("ResourceNotFoundException", `Domain not found: ${String(DomainName)}`);
    },
    "search:ListInstanceTypeDetails": ({ EngineVersion, InstanceType, RetrieveAZs }, region) => {
      refuseUnknown(EngineVersion);
      const asked = types.filter((type) => InstanceType === undefined || InstanceType === type);
      // Zones only where they are asked for.
      const zones = RetrieveAZs ? ["a", "b", "c"].map((zone) => `${region}${zone}`) : [];
      return { InstanceTypeDetails: asked.map((type) => typeDetails(type, zones)) };
    },
    "search:DescribeInstanceTypeLimits": ({ EngineVersion }) => {
      refuseUnknown(EngineVersion);
      return { LimitsByRole: { data: { StorageTypes: [gp3] } } };
    },
  };
}

const gp3 = {
  StorageSubTypeName: "gp3",
  StorageTypeLimits: [
    { LimitName: "MinimumVolumeSize", LimitValues: ["10"] },
    { LimitName: "MaximumVolumeSize", LimitValues: ["200"] },
  ],
};

function typeDetails(InstanceType: string, AvailabilityZones: string[]): object {
  return {
    InstanceType,
    InstanceRole: ["Data", "Master"],
    EncryptionEnabled: true,
    AdvancedSecurityEnabled: true,
    AvailabilityZones,
  };
}
