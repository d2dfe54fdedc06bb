import { type AwsClients, unlessError } from "@selfhosted/common";

export type TypeKey = "searchInstanceType" | "searchMasterType";

/** What a domain that exists is made of. */
export interface Domain {
  version: string | undefined;
  types: Partial<Record<TypeKey, string>>;
  volumeGb: number | undefined;
}

export async function describeDomain(search: AwsClients["search"], DomainName: string): Promise<Domain | undefined> {
  const found = await unlessError(/ResourceNotFound/, search.describeDomain({ DomainName }));
  if (found === undefined) {
    return undefined;
  }
  const { ClusterConfig: cluster, EngineVersion: version, EBSOptions: disks } = found.DomainStatus ?? {};
  return {
    version,
    types: {
      searchInstanceType: cluster?.InstanceType,
      ...(cluster?.DedicatedMasterEnabled && { searchMasterType: cluster.DedicatedMasterType }),
    },
    volumeGb: disks?.VolumeSize,
  };
}
